import { canListen } from '../../deploy/can-listen.ts'
import { healthCheck } from '../../deploy/health-check.ts'
import { closeDeployment, currentDeployment, planDeployment } from '../../domain/deployments/deployments.ts'
import { allocatePort, portOf, releasePort } from '../../domain/deployments/ports.ts'
import { type Project, requireProject } from '../../domain/projects/projects.ts'
import { AppError } from '../../errors.ts'
import { reportProgress } from '../progress.ts'
import { runTask } from '../run-task.ts'
import type { DeliveryDeps, RunSession } from '../session.ts'
import type { DeliveryState } from '../state.ts'
import { deployResult } from '../work/deploy-service.ts'
import { DEFAULT_BRANCH, openWorkTree } from '../work-tree.ts'

const VERSION_CHARS = 12
const REASON_CHARS = 1_500
const HEALTH_TIMEOUT_MS = 5_000
const HEALTH_ATTEMPTS = 5
/** On a machine where ports are lost faster than this something else is wrong. */
const MAX_PORTS_LOST = 3

/** G-9: nothing is deployed that is not verified, committed and placed. */
export const preflight =
  (deps: DeliveryDeps) =>
  async (state: DeliveryState, session: RunSession): Promise<Partial<DeliveryState>> => {
    const project = await requireProject(deps.db, state.projectId)
    const port = await freePort(deps, project, session)
    if (state.kind === 'update_project' && (await isUnchanged(deps, project, state.runId)))
      return { problem: { key: 'run-nothing-changed', args: {} } }
    const missing = [
      ...(project.repository ? [] : ['repository']),
      ...(port === undefined ? ['port'] : []),
      ...(state.tests?.ok ? [] : ['tests']),
    ]
    await reportProgress(deps, session, state.runId, {
      step: 'preflight',
      progress: { state: missing.length === 0 ? 'done' : 'failed', note: missing.join(', ') },
    })
    return missing.length === 0
      ? {}
      : { problem: { key: 'run-not-ready', args: { missing: missing.join(', ') } } }
  }

/**
 * The project's port; another one when a program that is not ours took it since, another installation on this
 * machine, say. A project that runs keeps its own.
 */
const freePort = async (
  { db, deployer, servicePorts }: DeliveryDeps,
  project: Project,
  { lease }: RunSession,
): Promise<number | undefined> => {
  const port = await portOf(db, project.id)
  if (port === undefined || (await canListen(port))) return port
  const { state } = await deployer.status(project.name)
  if (state !== 'absent' && state !== 'stopped') return port
  return db.transaction(async (tx) => {
    await lease.assertHeld(tx)
    await releasePort(tx, project.id)
    return allocatePort(tx, project.id, canListen, servicePorts)
  })
}

/** A developer that only said it was done would otherwise be believed: the old tests pass with the old code. */
const isUnchanged = async (deps: DeliveryDeps, project: Project, runId: string): Promise<boolean> =>
  (await (await openWorkTree(deps, project, runId)).diff(DEFAULT_BRANCH)) === ''

/**
 * Exports the verified commit and hands it to the deployer, which puts the old version back when the new one does
 * not answer. The row is written before anything outside is touched (design rule 7).
 */
export const deploy = (deps: DeliveryDeps) => async (state: DeliveryState, session: RunSession) => {
  const { db } = deps
  const project = await requireProject(db, state.projectId)
  const port = await portOf(db, project.id)
  if (port === undefined) throw new AppError('internal', 'deploying without a port')
  await reportProgress(deps, session, state.runId, {
    step: 'deploy',
    progress: { state: 'running' },
    project: { id: project.id, to: ['deploying'], actor: 'agent:devops', reason: 'the tests passed' },
  })
  const tree = await openWorkTree(deps, project, state.runId)
  const { sha } = await tree.commit({ message: 'Keep what the tests left' })
  await tree.push()
  const version = sha.slice(0, VERSION_CHARS)
  const url = `http://127.0.0.1:${port}`
  const row = await planDeployment(db, { projectId: project.id, runId: state.runId, version, port, url })
  const result = await release(deps, session, state, { ref: sha, version, port, url })
  if (result.ok) {
    await closeDeployment(db, row.id, 'healthy')
    await reportProgress(deps, session, state.runId, { step: 'deploy', progress: { state: 'done' } })
    return { deployed: { version, url } }
  }
  const isFirst = (await currentDeployment(db, project.id)) === undefined
  const portsLost = (state.portsLost ?? 0) + 1
  // A service that people know by its address keeps it.
  if (result.portTaken && isFirst && portsLost <= MAX_PORTS_LOST) return { portsLost }
  const detail = `${result.reason}\n${result.logTail}`.trim().slice(0, REASON_CHARS)
  await closeDeployment(db, row.id, result.rolledBack ? 'rolled_back' : 'failed', detail)
  await reportProgress(deps, session, state.runId, { step: 'deploy', progress: { state: 'failed' } })
  return { problem: { key: 'run-deploy-failed', args: { reason: detail } } }
}

/** After `deploy`: it found the port taken, and may try another. */
export const isWithoutPort = (state: DeliveryState): boolean => state.deployed === undefined

interface Release {
  /** A commit, or enough of its name. */
  ref: string
  version: string
  port: number
  url: string
}

const release = async (
  deps: DeliveryDeps,
  session: RunSession,
  state: DeliveryState,
  { ref, version, port, url }: Release,
) =>
  deployResult.parse(
    await runTask(deps, session, state, {
      workType: 'deploy_service',
      title: `${version} → ${url}`,
      input: { ref, version, port, url },
    }),
  )

/** G-10: a service is called active only after it answered once more, with the version that was deployed. */
export const checkHealth = (deps: DeliveryDeps) => async (state: DeliveryState, session: RunSession) => {
  const { version, url } = state.deployed ?? { version: '', url: '' }
  const health = await healthCheck(
    { url, version, timeoutMs: HEALTH_TIMEOUT_MS, attempts: HEALTH_ATTEMPTS },
    deps,
  )
  await reportProgress(deps, session, state.runId, {
    step: 'health',
    progress: { state: health.ok ? 'done' : 'failed', note: health.ok ? '' : health.reason },
  })
  if (health.ok) return { outcome: 'succeeded' as const }
  await takeBack(deps, session, state, health.reason)
  return { problem: { key: 'run-unhealthy', args: { reason: health.reason, url } } }
}

/** The version before runs again; without one, nothing does. */
const takeBack = async (
  deps: DeliveryDeps,
  session: RunSession,
  state: DeliveryState,
  reason: string,
): Promise<void> => {
  const { db, deployer } = deps
  const project = await requireProject(db, state.projectId)
  const failed = await currentDeployment(db, project.id)
  if (failed && failed.runId === state.runId) await closeDeployment(db, failed.id, 'rolled_back', reason)
  const before = await currentDeployment(db, project.id)
  if (before) await release(deps, session, state, { ...before, ref: before.version })
  else await deployer.stop(project.name)
}
