import { DAY_MS } from '../../clock.ts'
import type { Executor } from '../../db/client.ts'
import { coverOf } from './cover.ts'
import { loadRosters } from './rosters.ts'
import { gapsOf } from './shifts.ts'
import type { Span } from './turns.ts'

export interface Gap extends Span {
  rotationId: string
  /** When the rotation was set last. */
  setAt: Date
  projectId: string | null
  projectName: string | null
}

/**
 * When nobody will be on call, for each rotation there is; where the rotation of everything covers a hole in a
 * project's, there is none.
 */
export const gapsAhead = async (db: Executor, span: Span): Promise<Gap[]> => {
  const rosters = await loadRosters(db, span)
  const common = rosters.find(({ rotation }) => rotation.projectId === null)
  return rosters.flatMap((roster) => {
    const { rotation, projectName } = roster
    return gapsOf(coverOf([roster, common], span), span).map((gap) => ({
      ...gap,
      ...{ rotationId: rotation.id, setAt: rotation.updatedAt, projectId: rotation.projectId, projectName },
    }))
  })
}

/** Gaps are told of so long before. */
const GAP_AHEAD_MS = 2 * DAY_MS
/** One that began longer ago was told of when it came near. */
const GAP_BEHIND_MS = 3 * DAY_MS

/**
 * The gaps that somebody has to hear of now. Each has a name that it keeps while it comes nearer; one that goes on for
 * long is told of again only when its rotation was set anew, and still leaves it.
 */
export const gapsToTell = async (db: Executor, now: Date): Promise<(Gap & { name: string })[]> => {
  const span = {
    from: new Date(now.getTime() - GAP_BEHIND_MS),
    until: new Date(now.getTime() + GAP_AHEAD_MS),
  }
  return (await gapsAhead(db, span))
    .filter(({ from, until, setAt }) => until > now && (from > span.from || setAt > from))
    .map((gap) => {
      const isOlder = gap.from <= span.from
      const from = isOlder ? gap.setAt : gap.from
      return { ...gap, from, name: `${isOlder ? 'set ' : ''}${from.toISOString()}` }
    })
}
