import type { Executor } from '../../db/client.ts'
import { channelsOf } from '../alerting/channels.ts'
import { userNames } from '../users/reader.ts'
import { loadRosters } from './rosters.ts'
import type { Span } from './turns.ts'

export interface UnreachableMember {
  userId: string
  name: string
}

/**
 * Who is on call at some time in a span, or has a place in a rotation, and cannot be told anything in private: they
 * never wrote to the bot alone. Who has no access any more is a gap instead.
 */
export const unreachableMembers = async (db: Executor, span: Span): Promise<UnreachableMember[]> => {
  const rosters = await loadRosters(db, span)
  const ids = new Set(
    rosters.flatMap(({ rules, replacements, absent }) =>
      [...rules.members, ...replacements.map(({ userId }) => userId)].filter((id) => !absent?.has(id)),
    ),
  )
  const silent: string[] = []
  for (const id of ids) if ((await channelsOf(db, id)).length === 0) silent.push(id)
  const names = await userNames(db, silent)
  return silent.map((userId) => ({ userId, name: names.get(userId) ?? '?' }))
}
