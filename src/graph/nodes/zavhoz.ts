import { canListen } from '../../deploy/can-listen.ts'
import { allocatePort } from '../../domain/deployments/ports.ts'
import { isUnderConstruction } from '../../domain/projects/lifecycle.ts'
import { requireProject, updateProject } from '../../domain/projects/projects.ts'
import { reportProgress } from '../progress.ts'
import type { DeliveryDeps, RunSession } from '../session.ts'
import type { DeliveryState } from '../state.ts'
import { openWorkTree } from '../work-tree.ts'
import { goesOnByItself } from './threshold.ts'

const ACTOR = 'agent:zavhoz'

/** Says what the project will need; takes nothing yet, because nobody has approved anything. */
export const proposeResources = (deps: DeliveryDeps) => async (state: DeliveryState, session: RunSession) => {
  await reportProgress(deps, session, state.runId, {
    step: 'resources',
    progress: { state: 'done' },
  })
  return { resources: { target: 'local' as const, forge: deps.forge.kind, note: deps.deployer.kind } }
}

/**
 * Takes what was approved: a port by a row, a repository by name (asking for it again finds it), a work tree.
 * The project's row points at each before the next is taken.
 */
export const allocateResources =
  (deps: DeliveryDeps) => async (state: DeliveryState, session: RunSession) => {
    const project = await requireProject(deps.db, state.projectId)
    const fresh = isUnderConstruction(project.status)
    await reportProgress(deps, session, state.runId, {
      step: 'approval',
      progress: goesOnByItself(state)
        ? { state: 'skipped' }
        : { state: 'done', note: state.decision?.by ?? '' },
      ...(fresh
        ? { project: { id: project.id, to: ['provisioning'], actor: ACTOR, reason: 'the plan was approved' } }
        : {}),
    })
    await deps.db.transaction(async (tx) => {
      await session.lease.assertHeld(tx)
      await allocatePort(tx, project.id, canListen, deps.servicePorts)
    })
    const repository =
      project.repository ??
      (await deps.forge.ensureRepository({ name: project.name, description: project.title })).name
    await updateProject(deps.db, project.id, { repository })
    await openWorkTree(deps, { ...project, repository }, state.runId)
    if (fresh)
      await reportProgress(deps, session, state.runId, {
        project: {
          id: project.id,
          to: ['initialized', 'designing', 'designed'],
          actor: ACTOR,
          reason: 'repository and port are there',
        },
      })
    return { engineering: { status: 'idle' as const, task: 0, round: 0 } }
  }
