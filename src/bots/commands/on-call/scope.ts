import type { Executor } from '../../../db/client.ts'
import { findRotation } from '../../../domain/oncall/rosters.ts'
import type { Project } from '../../../domain/projects/projects.ts'
import type { CommandContext } from '../context.ts'
import { namedProject } from '../named-project.ts'
import { durationOf, type WallClock } from './moments.ts'

export interface Scoped {
  /** What is left of the words without `for PROJECT`. */
  text: string
  project: Project | undefined
}

/** Takes `for PROJECT` off the end of some words; `for 4h` says how long. @throws AppError not_found. */
export const scoped = async (db: Executor, words: string): Promise<Scoped> => {
  const [, text = '', name] = /^(.*?)\s*\bfor\s+(\S+)$/is.exec(words.trim()) ?? []
  if (name === undefined || durationOf(name)) return { text: words.trim(), project: undefined }
  return { text, project: await namedProject(db, name) }
}

const HAND_OVER_UNLESS_SAID = '09:00'

/** By which clock people say when, about a project or everything: that of its rotation, else this machine's. */
export const wallClock = async (
  { tx, now }: Pick<CommandContext, 'tx' | 'now'>,
  project: Project | undefined,
): Promise<WallClock> => {
  const rotation = (await findRotation(tx, project?.id)) ?? (await findRotation(tx, null))
  return {
    now,
    timeZone: rotation?.timeZone ?? new Intl.DateTimeFormat().resolvedOptions().timeZone,
    handOverAt: rotation?.handOverAt ?? HAND_OVER_UNLESS_SAID,
  }
}

export const projectArgs = (project: Pick<Project, 'name'> | undefined): { project?: string } =>
  project ? { project: project.name } : {}
