import type { Project } from '../../../domain/projects/projects.ts'
import type { CommandContext } from '../context.ts'
import { namedPerson } from '../named-person.ts'
import { type SaidSpan, spanOf } from './moments.ts'
import { scoped, wallClock } from './scope.ts'
import { notUnderstood, type OnCallWord } from './word.ts'

export interface NamedSpan {
  who: { id: string; name: string }
  span: SaidSpan
  project: Project | undefined
}

const NAME_MAX_WORDS = 8

/** `NAME from … to …`: the name is all that stands before the first words that tell when. @throws AppError. */
export const namedSpan = async (
  context: CommandContext,
  word: OnCallWord,
  args: string,
): Promise<NamedSpan> => {
  const { tx, person } = context
  const { text, project } = await scoped(tx, args)
  const clock = await wallClock(context, project)
  const words = text.split(/\s+/).filter(Boolean)
  for (let cut = 1; cut < Math.min(words.length, NAME_MAX_WORDS + 1); cut++) {
    const span = spanOf(words.slice(cut).join(' '), clock)
    if (!span) continue
    return { who: await namedPerson(tx, words.slice(0, cut).join(' '), person), span, project }
  }
  throw notUnderstood(word, words.slice(1).join(' '))
}
