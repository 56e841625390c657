import type { NoticeContent } from '../../db/shapes/outgoing.ts'
import type { Person } from '../../domain/users/person.ts'
import { nearest } from '../../nearest.ts'
import { clip } from '../cards/plain.ts'
import { notice } from './answers.ts'
import { commandsFor } from './index.ts'

const SHOWN_MAX = 40

/** Answers a word that is no command, with the nearest that is one. */
export const unknownCommand = (name: string, person: Person | undefined): NoticeContent => {
  const near = nearest(
    name,
    commandsFor(person).map((command) => command.name),
  )
  const said = clip(name, SHOWN_MAX)
  return near
    ? notice('command-unknown-near', { name: said, nearest: near })
    : notice('command-unknown', { name: said })
}
