import type { Executor } from '../../db/client.ts'
import { userNames } from '../users/reader.ts'
import { coverAt } from './cover.ts'
import { loadRosters } from './rosters.ts'
import type { ShiftSource } from './shifts.ts'

export interface OnCallPerson {
  userId: string
  name: string
  /** When their shift began and ends. */
  from: Date
  until: Date
  source: ShiftSource
  /** Null when it is the rotation of everything that tells so. */
  projectId: string | null
}

/** Shifts are looked at this far to both sides of the moment, so that their bounds are the true ones. */
const BOUNDS_MS = 400 * 24 * 60 * 60 * 1000

/**
 * Who is to be called about a project at a moment: by the project's own rotation, else, and where that has a hole, by
 * the one of everything. Undefined when nobody is (M-12).
 */
export const whoIsOnCall = async (
  db: Executor,
  { projectId = null, at }: { projectId?: string | null; at: Date },
): Promise<OnCallPerson | undefined> => {
  const around = { from: new Date(at.getTime() - BOUNDS_MS), until: new Date(at.getTime() + BOUNDS_MS) }
  const rosters = await loadRosters(db, around, { scopes: [...new Set([projectId, null])] })
  const own = rosters.find(({ rotation }) => rotation.projectId !== null)
  const common = rosters.find(({ rotation }) => rotation.projectId === null)
  const found = coverAt([own, common], at)
  if (!found) return undefined
  const { roster, shift } = found
  const names = await userNames(db, [shift.userId])
  return { ...shift, name: names.get(shift.userId) ?? '?', projectId: roster.rotation.projectId }
}
