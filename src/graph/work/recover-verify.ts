import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { IncidentKind } from '../../db/shapes/incident.ts'
import { healthCheck } from '../../deploy/health-check.ts'
import { errorText } from '../../errors.ts'
import { DEFAULT_BRANCH, repositoryOf } from '../work-tree.ts'
import type { Carrying } from './recover-act.ts'

const TIMEOUT_MS = 5_000
const ATTEMPTS = 5

/** What an answer of the service, or a repository that can be read, proves to be over. */
const PROVEN_BY = {
  service: ['service_unhealthy', 'deploy_failed'],
  repository: ['repo_missing', 'repo_unreachable'],
} as const satisfies Record<string, readonly IncidentKind[]>

/** `unproven`: what was wrong cannot be looked at from here; a person must say. */
export type Verified = { ok: true } | { ok: false; reason: string } | { ok: 'unproven' }

/** Looks whether what was wrong is right again: asks the service, reads the repository (M-13). */
export const verifyRepair = async (carrying: Carrying): Promise<Verified> => {
  const { kind } = carrying.incident
  const isAbout = (kinds: readonly IncidentKind[]) => kinds.includes(kind)
  if (isAbout(PROVEN_BY.service)) return askService(carrying)
  if (isAbout(PROVEN_BY.repository)) return readRepository(carrying)
  return { ok: 'unproven' }
}

const askService = async ({ deps, found }: Carrying): Promise<Verified> => {
  if (!found.project) return { ok: 'unproven' }
  const { url, version, state, lastEnd = state } = await deps.deployer.status(found.project.name)
  if (!url || !version || state === 'stopped') return { ok: false, reason: lastEnd }
  const health = await healthCheck({ url, version, timeoutMs: TIMEOUT_MS, attempts: ATTEMPTS }, deps)
  return health.ok ? { ok: true } : { ok: false, reason: health.reason }
}

const readRepository = async ({ deps, found, task }: Carrying): Promise<Verified> => {
  if (!found.project) return { ok: 'unproven' }
  const dir = join(deps.dataDir, 'work', `recover-${task.id}-look`)
  try {
    await deps.forge.exportTree({ repository: repositoryOf(found.project), ref: DEFAULT_BRANCH, dir })
    return { ok: true }
  } catch (error) {
    return { ok: false, reason: errorText(error) }
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
}
