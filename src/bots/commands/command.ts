import type { OutboxContent } from '../../db/shapes/outgoing.ts'
import type { Action } from '../../domain/users/permissions.ts'
import type { Answer, CommandContext, DoorContext } from './context.ts'

export type CommandFamily = 'projects' | 'work' | 'agents' | 'incidents' | 'people' | 'talk'

/** A word after the slash, the same on every platform (B-6). Its description is the text `command-<name>`. */
export type Command = CommandFacts & (Showing | Running)

interface CommandFacts {
  name: string
  aliases?: readonly string[]
  family: CommandFamily
  /** Checked before it runs, and what help and menus go by. */
  permission: Action
  /** What it asks for besides, once it is known whose project it is about. */
  aboutProject?: Action
  /** e.g. `/logs NAME [lines]`. The same in every language. */
  usage: string
  example: string
  /** Left out of help and menus. */
  hidden?: boolean
  /**
   * For the commands that let people in: answers anybody, known or not.
   * @returns undefined when there is nothing to let in by; then `run` or the strangers' line answers.
   */
  knock?(context: DoorContext, args: string): Promise<OutboxContent | undefined>
}

/** Names what to show, from its words alone, so that many of them can be answered together. */
interface Showing {
  /** @throws AppError, whose message is the answer. */
  shows(args: string): OutboxContent
  run?: undefined
}

interface Running {
  /** @throws AppError, whose message is the answer. */
  run(context: CommandContext, args: string): Promise<Answer>
  shows?: undefined
}
