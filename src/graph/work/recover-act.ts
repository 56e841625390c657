import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Transaction } from '../../db/client.ts'
import { portOf } from '../../domain/deployments/ports.ts'
import type { Incident } from '../../domain/incidents/incident.ts'
import { goBackTo, lastDeployments, serverOf } from '../../domain/recovery/facts.ts'
import type { RepairStep } from '../../domain/recovery/repair.ts'
import { moveServer } from '../../domain/servers/lifecycle.ts'
import type { Task } from '../../domain/tasks/tasks.ts'
import { AppError, asAppError } from '../../errors.ts'
import { reviveRepository } from '../../forges/revive-local.ts'
import type { Text } from '../models/offline/spec.ts'
import type { DeliveryDeps } from '../session.ts'
import { repositoryOf } from '../work-tree.ts'
import type { WorkSession } from './handler.ts'
import type { Found } from './recover-diagnosis.ts'
import { OBJECTIONS, PROBLEMS } from './recover-words.ts'

export interface Carrying {
  deps: DeliveryDeps
  task: Task
  incident: Incident
  found: Found
  session: WorkSession
}

/**
 * Makes one step of a repair. Made again after a crash it finds what is done, or does it again to the same end.
 *
 * @returns why it did not succeed; undefined when it did.
 */
export const carryOut = async (step: RepairStep, carrying: Carrying): Promise<string | undefined> => {
  switch (step.do) {
    case 'restart_service':
      return restart(carrying)
    case 'redeploy_version':
      return redeploy(step.version, carrying)
    case 'recreate_repository':
      return recreate(carrying)
    case 'mark_server_for_provisioning':
      return markServer(carrying)
    case 'nothing':
      return undefined
    default:
      return step satisfies never
  }
}

const restart = async ({ deps, found }: Carrying): Promise<string | undefined> => {
  const { healthy, lastEnd } = await deps.deployer.restart(projectOf(found).name)
  return healthy ? undefined : (lastEnd ?? said(found, PROBLEMS.silent))
}

/** The deployer knows a version by its name: the same one twice is one deployment. */
const redeploy = async (
  version: string,
  { deps, task, found, session, incident }: Carrying,
): Promise<string | undefined> => {
  const project = projectOf(found)
  const target = (await lastDeployments(deps.db, project.id)).find((one) => one.version === version)
  if (!target) return said(found, PROBLEMS.unknown(version))
  const port = (await portOf(deps.db, project.id)) ?? target.port
  const releaseDir = join(deps.dataDir, 'work', `recover-${task.id}-${version}`)
  try {
    const repository = repositoryOf(project)
    if (!(await isExported(deps, { repository, ref: version, dir: releaseDir })))
      return said(found, PROBLEMS.notInRepository(version))
    session.signal.throwIfAborted()
    const deployed = await deps.deployer.deploy({
      service: { name: project.name, projectId: project.id },
      releaseDir,
      version,
      port,
      env: { BASE_URL: target.url },
    })
    if (!deployed.ok) return deployed.reason
    await inTransaction(deps, session, (tx) =>
      goBackTo(tx, target, `incident ${incident.number}: version ${version} runs again`),
    )
    return undefined
  } finally {
    await rm(releaseDir, { recursive: true, force: true })
  }
}

const isExported = async (
  { forge }: DeliveryDeps,
  tree: Parameters<DeliveryDeps['forge']['exportTree']>[0],
): Promise<boolean> => {
  try {
    await forge.exportTree(tree)
    return true
  } catch (error) {
    if (asAppError(error).code === 'not_found') return false
    throw error
  }
}

const recreate = async ({ deps, found }: Carrying): Promise<string | undefined> => {
  const { repository } = projectOf(found)
  // It is there already when a worker died right behind the deed.
  if (!found.remains)
    return found.diagnosis.repository?.isThere ? undefined : said(found, PROBLEMS.nothingLeft)
  if (repository) await reviveRepository(deps, repository, found.remains)
  return undefined
}

/** It waits to be prepared like one that was just found; the way there leads through maintenance. */
const markServer = async ({ deps, incident, found, session }: Carrying): Promise<string | undefined> => {
  const { serverId, number } = incident
  if (!serverId) return said(found, OBJECTIONS.noServer)
  await inTransaction(deps, session, async (tx) => {
    const move = { serverId, actor: 'agent:devops', reason: `incident ${number}` }
    if ((await serverOf(tx, serverId))?.status === 'discovered') return
    await moveServer(tx, { ...move, to: 'maintenance' })
    await moveServer(tx, { ...move, to: 'discovered' })
  })
  return undefined
}

/** In the words of whoever reads it. What the machine itself says of an end is left as it is. */
const said = ({ diagnosis }: Found, text: Text): string => text[diagnosis.language]

const inTransaction = (
  { db }: DeliveryDeps,
  { assertHeld }: WorkSession,
  work: (tx: Transaction) => Promise<void>,
): Promise<void> =>
  db.transaction(async (tx) => {
    await assertHeld(tx)
    await work(tx)
  })

const projectOf = ({ project }: Found) => {
  if (!project) throw new AppError('internal', 'a repair of a service without a project')
  return project
}
