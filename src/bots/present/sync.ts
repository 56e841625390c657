import { lastChanges, listSyncJobs } from '../../domain/sync/sync-jobs.ts'
import { can } from '../../domain/users/permissions.ts'
import { syncCard } from '../cards/sync.ts'
import type { Outgoing } from '../chat.ts'
import { presentDiscovered } from './discovered.ts'
import type { Drawing } from './index.ts'
import { presentServers } from './servers.ts'

export type SyncView = 'servers' | 'server' | 'sync' | 'discovered'

const CHANGES_SHOWN = 5

/** @returns undefined when what is named is gone. */
export const presentSync = async (
  drawing: Drawing,
  { view, args }: { view: SyncView; args: Record<string, string | number> },
): Promise<Outgoing | undefined> => {
  switch (view) {
    case 'servers':
    case 'server':
      return presentServers(drawing, { view, args })
    case 'sync':
      return presentSyncJobs(drawing)
    case 'discovered':
      return presentDiscovered(drawing, args)
    default:
      return view satisfies never
  }
}

const presentSyncJobs = async ({ deps: { db }, words, person }: Drawing): Promise<Outgoing> => {
  const [jobs, runs] = await Promise.all([listSyncJobs(db), lastChanges(db, { limit: CHANGES_SHOWN })])
  const mayRun = person === undefined || can(person, 'sync.run')
  return { card: syncCard(words, { jobs, runs, mayRun }) }
}
