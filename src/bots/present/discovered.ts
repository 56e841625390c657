import { projectById } from '../../domain/projects/projects.ts'
import { adoptionOf } from '../../domain/repositories/adopt.ts'
import { listFound } from '../../domain/repositories/found-projects.ts'
import { can } from '../../domain/users/permissions.ts'
import { discoveredCard, FOUND_PAGE_SIZE, foundCard } from '../cards/discovered.ts'
import type { Outgoing } from '../chat.ts'
import type { Drawing } from './index.ts'

/** One project that was found, or the list of them. */
export const presentDiscovered = async (
  { deps: { db }, words, person }: Drawing,
  args: Record<string, string | number>,
): Promise<Outgoing | undefined> => {
  if (args.id === undefined) {
    const page = Number(args.page ?? 1)
    return { card: foundCard(words, await listFound(db, { page, pageSize: FOUND_PAGE_SIZE })) }
  }
  const id = String(args.id)
  const [project, decided] = await Promise.all([projectById(db, id), adoptionOf(db, id)])
  // In a group nobody in particular reads: who presses is asked for their right then.
  const mayDecide = person === undefined || can(person, 'projects.adopt')
  return project && { card: discoveredCard(words, { project, decided, mayDecide }) }
}
