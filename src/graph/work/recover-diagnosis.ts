import { join } from 'node:path'
import type { Lang } from '../../db/schema/users.ts'
import type { ServerStatus } from '../../db/shapes/server.ts'
import type { ServiceStatus } from '../../deploy/deployer.ts'
import { currentDeployment } from '../../domain/deployments/deployments.ts'
import type { Incident } from '../../domain/incidents/incident.ts'
import { type Project, projectById } from '../../domain/projects/projects.ts'
import { earlierAttempts, lastChecks, lastDeployments, serverOf } from '../../domain/recovery/facts.ts'
import { isLive, lastRuns } from '../../domain/runs/runs.ts'
import { errorText } from '../../errors.ts'
import { findRemains, hasLocalRepository, type Remains } from '../../forges/revive-local.ts'
import type { DeliveryDeps } from '../session.ts'

/** What is being prepared, waits for it, or is in somebody's hands is left alone. */
const PREPARED_ANEW: readonly ServerStatus[] = ['ready', 'unreachable', 'error']
const RUNS_LOOKED_AT = 10
const RUNS_TOLD = 3
const LOG_LINES = 60

/** What is known of a service, before anything is proposed. */
export interface ServiceDiagnosis {
  state: ServiceStatus['state'] | 'unknown'
  healthy: boolean
  version?: string
  restarts?: number
  lastEnd?: string
  /** Versions that were healthy once and can run again, newest first; the one that runs is not among them. */
  goodVersions: string[]
  /** The version that was deployed last and was healthy then. */
  deployedVersion?: string
}

/** What a recovery goes by: facts, gathered from what is really there. */
export interface Diagnosis {
  /** In which people read why. */
  language: Lang
  incident: Pick<Incident, 'number' | 'kind' | 'severity' | 'subject' | 'facts' | 'occurrences'> & {
    since: string
  }
  earlierAttempts: Record<string, unknown>[]
  project?: { name: string; status: string; isBeingWorkedOn: boolean }
  service?: ServiceDiagnosis
  deployments?: { version: string; state: string; detail: string | null; at: string }[]
  runs?: { kind: string; status: string; failure?: string }[]
  repository?: { name: string; isThere: boolean; remains?: Pick<Remains, 'kind'> & { at: string } }
  server?: { name: string; status: string; canBeProvisioned: boolean }
  checks: { kind: string; state: string; failures: number; lastError: string | null }[]
}

export interface Found {
  diagnosis: Diagnosis
  /** What the service wrote last. */
  log: string
  project: Project | undefined
  remains: Remains | undefined
}

/** Looks at everything that may tell what is wrong. What cannot be looked at is told as unknown. */
export const diagnose = async (deps: DeliveryDeps, incident: Incident, language: Lang): Promise<Found> => {
  const { db } = deps
  const { number, kind, severity, subject, facts, occurrences, openedAt } = incident
  const project = incident.projectId ? await projectById(db, incident.projectId) : undefined
  const [attempts, checks, server, ofProject] = await Promise.all([
    earlierAttempts(db, incident.id),
    lastChecks(db, incident),
    incident.serverId ? serverOf(db, incident.serverId) : undefined,
    project && diagnoseProject(deps, project),
  ])
  const { remains, log = '', ...known } = ofProject ?? {}
  const diagnosis: Diagnosis = {
    language,
    incident: { number, kind, severity, subject, facts, occurrences, since: openedAt.toISOString() },
    earlierAttempts: attempts,
    ...known,
    ...(server && {
      server: {
        name: server.name,
        status: server.status,
        canBeProvisioned: PREPARED_ANEW.includes(server.status),
      },
    }),
    checks: checks.map(({ kind, state, failures, lastError }) => ({ kind, state, failures, lastError })),
  }
  return { diagnosis, log, project, remains }
}

const diagnoseProject = async (deps: DeliveryDeps, project: Project) => {
  const { db } = deps
  const [deployments, runs, deployed, status, log] = await Promise.all([
    lastDeployments(db, project.id),
    lastRuns(db, project.id, RUNS_LOOKED_AT),
    currentDeployment(db, project.id),
    statusOf(deps, project.name),
    deps.deployer.logs(project.name, { lines: LOG_LINES }).catch(() => ''),
  ])
  const repository = await lookAtRepository(
    deps,
    project,
    runs.map(({ id }) => join(deps.dataDir, 'work', id)),
    deployed?.version,
  )
  const running = status.version ?? deployed?.version
  const good = deployments.filter(({ state }) => state === 'healthy').map(({ version }) => version)
  return {
    project: { name: project.name, status: project.status, isBeingWorkedOn: runs.some(isLive) },
    ...(deployments.length > 0 && {
      service: {
        ...status,
        goodVersions: [...new Set(good)].filter((version) => version !== running),
        ...(deployed && { deployedVersion: deployed.version }),
      },
    }),
    deployments: deployments.map(({ version, state, detail, createdAt }) => ({
      version,
      state,
      detail,
      at: createdAt.toISOString(),
    })),
    runs: runs.slice(0, RUNS_TOLD).map(({ kind, status, failure }) => ({
      kind,
      status,
      ...(failure && { failure: String(failure.args.reason ?? failure.key) }),
    })),
    ...repository,
    log,
  }
}

const statusOf = async (
  { deployer }: DeliveryDeps,
  name: string,
): Promise<Omit<ServiceDiagnosis, 'goodVersions'>> => {
  try {
    const { state, healthy, version, restarts, lastEnd } = await deployer.status(name)
    return { state, healthy, restarts, ...(version && { version }), ...(lastEnd && { lastEnd }) }
  } catch (error) {
    return { state: 'unknown', healthy: false, lastEnd: errorText(error) }
  }
}

/** Only of the local forge: what GitHub lost, only GitHub gives back. */
const lookAtRepository = async (
  { forge, ...deps }: DeliveryDeps,
  project: Project,
  workTrees: string[],
  release: string | undefined,
): Promise<{ repository?: Diagnosis['repository']; remains?: Remains }> => {
  const name = project.repository
  if (!name || forge.kind !== 'local' || project.forge !== 'local') return {}
  if (await hasLocalRepository(deps, name)) return { repository: { name, isThere: true } }
  const remains = await findRemains(deps, { name, workTrees, release })
  return {
    repository: {
      name,
      isThere: false,
      ...(remains && { remains: { kind: remains.kind, at: remains.at.toISOString() } }),
    },
    ...(remains && { remains }),
  }
}
