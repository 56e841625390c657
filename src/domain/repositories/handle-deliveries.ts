import { asAppError, errorText } from '../../errors.ts'
import { projectById } from '../projects/projects.ts'
import type { SyncSummary } from '../sync/run-sync-job.ts'
import { type AbsentSummary, applyLookUp, refOf } from './apply-absent.ts'
import {
  closeDeliveries,
  type Delivery,
  failDeliveries,
  forgetOldDeliveries,
  openDeliveries,
} from './deliveries.ts'
import { discover } from './discover.ts'
import { projectsOf } from './known-projects.ts'
import { lookInto } from './missing-secrets.ts'
import type { RepositoryRef } from './source.ts'
import type { RepositorySync } from './sync-deps.ts'

/**
 * Acts on what webhooks told of (M-5): each repository is asked for once, however many deliveries name it, and its
 * project is brought in line with the answer. What GitHub cannot tell just now is tried again.
 */
export const handleDeliveries = async (sync: RepositorySync): Promise<SyncSummary> => {
  const { db, clock, signal, log } = sync
  const summary = { deliveries: 0, discovered: 0, missing: 0, unreachable: 0, healed: 0 }
  for (let open = await openDeliveries(db); open.length > 0; open = await openDeliveries(db)) {
    for (const [id, deliveries] of byRepository(open)) {
      signal.throwIfAborted()
      const ids = deliveries.map((one) => one.id)
      try {
        if (id !== undefined) await lookAt(sync, id, deliveries, summary)
        await closeDeliveries(db, ids, clock.now())
        summary.deliveries += ids.length
      } catch (error) {
        signal.throwIfAborted()
        if (asAppError(error).code === 'lease_lost') throw error
        log.warn({ repository: id, err: error }, 'github.delivery_failed')
        await failDeliveries(db, ids, errorText(error), clock.now())
        return summary
      }
    }
  }
  await forgetOldDeliveries(db, clock.now())
  return summary
}

/** Undefined gathers those that name none. */
const byRepository = (deliveries: readonly Delivery[]): Map<number | undefined, Delivery[]> =>
  Map.groupBy(deliveries, ({ facts }) => facts.repositoryId)

const lookAt = async (
  sync: RepositorySync,
  id: number,
  deliveries: readonly Delivery[],
  summary: AbsentSummary & { discovered: number },
): Promise<void> => {
  const { db, source, signal } = sync
  const ref: RepositoryRef = { id, repository: deliveries.at(-1)?.facts.repository ?? '' }
  const found = await source.lookUp(ref, signal)
  const known = found.state === 'there' ? [found.repository] : [asListed(ref)]
  const [project] = await projectsOf(db, source.kind, known)
  if (!project) {
    // A webhook may be set up for more than this organisation.
    if (found.state !== 'there' || !found.repository.repository.startsWith(`${source.owner}/`)) return
    summary.discovered += (await discover(sync, [found.repository])).discovered
    return
  }
  await applyLookUp(sync, project, found, summary)
  const isWanted = project.adoption !== 'ignored' && found.state === 'there'
  if (!isWanted || !deliveries.some(({ facts }) => facts.touchesSettings)) return
  const now = await projectById(db, project.id)
  if (now) await lookInto(sync, now.id, refOf(now))
}

const asListed = (ref: RepositoryRef) => ({
  ...ref,
  name: '',
  description: '',
  url: '',
  isPrivate: true,
  isArchived: false,
})
