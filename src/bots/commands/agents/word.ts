import type { Answer, CommandContext } from '../context.ts'

/** A word after `/agent`: what is to be done with one. */
export interface AgentWord {
  name: string
  usage: string
  example: string
  /** Says something by itself, without the name of an agent. */
  standsAlone?: boolean
  /** @throws AppError, whose message is the answer. */
  run(context: CommandContext, args: string): Promise<Answer>
}
