import { findApproval } from '../../domain/approvals/approvals.ts'
import { findIncident } from '../../domain/incidents/find.ts'
import { askAboutRepair } from '../../domain/recovery/ask-about-repair.ts'
import { endRecovery } from '../../domain/recovery/end-recovery.ts'
import { noteProposal } from '../../domain/recovery/note-proposal.ts'
import { noteRecovery, wasNoted } from '../../domain/recovery/note-step.ts'
import {
  type RecoverInput,
  type RecoveryOutcome,
  type RepairProposal,
  recoverInput,
  stepLabel,
} from '../../domain/recovery/repair.ts'
import { AUTOMATIC_ATTEMPTS_MAX } from '../../domain/recovery/start-recovery.ts'
import { can } from '../../domain/users/permissions.ts'
import { findPerson } from '../../domain/users/person.ts'
import { AppError } from '../../errors.ts'
import type { WorkHandler } from './handler.ts'
import { type Carrying, carryOut } from './recover-act.ts'
import { diagnose } from './recover-diagnosis.ts'
import { proposeRepair } from './recover-propose.ts'
import { isNothing, isRisky, objectionTo } from './recover-rules.ts'
import { type Verified, verifyRepair } from './recover-verify.ts'

interface Attempt extends Carrying {
  input: RecoverInput
}

interface End {
  outcome: RecoveryOutcome
  reason?: string
  proposal?: RepairProposal
}

/**
 * One attempt to repair what an incident is about (M-13): look, propose, ask when it is risky, act, look again. What
 * is to be done is written down before it is done; a worker that comes after a crash goes on with that. Nobody waits
 * here for a person: a question ends the task, and its answer begins another.
 */
export const recoverIncident: WorkHandler = async (deps, task, session) => {
  const input = recoverInput.parse(task.input)
  const incident = await findIncident(deps.db, input.incidentId)
  if (!incident) throw new AppError('not_found', `incident ${input.incidentId} does not exist`)
  // A worker died between the end of the attempt and the end of its task.
  if (await hasEnded(deps, input)) return { outcome: 'over' }
  const found = await diagnose(deps, incident, input.lang)
  const attempt: Attempt = { deps, task, incident, found, session, input }
  if (incident.state === 'resolved') return end(attempt, { outcome: 'over' })
  if (!(await mayRepair(attempt))) return end(attempt, { outcome: 'forbidden' })

  const proposal = input.proposal ?? (await propose(attempt))
  session.signal.throwIfAborted()
  if (isNothing(proposal)) return end(attempt, await foundNothing(attempt, proposal))
  const begun = await hasBegun(attempt, proposal)
  if (!begun && !input.approvalId && mustAsk(attempt, proposal)) return ask(attempt, proposal)
  return end(attempt, await repair(attempt, proposal, begun))
}

const hasEnded = ({ db }: Attempt['deps'], { incidentId, attempt }: RecoverInput): Promise<boolean> =>
  db.transaction((tx) => wasNoted(tx, incidentId, { kind: 'recovery_ended', about: { attempt } }))

/** Whose word it is: of who approved it, else of who asked for it; prorab's own needs nobody's. */
const mayRepair = async ({ deps, task, input, found }: Attempt): Promise<boolean> => {
  const approval = input.approvalId ? await findApproval(deps.db, input.approvalId) : undefined
  if (input.approvalId && approval?.state !== 'approved') return false
  const userId = approval ? approval.decision?.userId : task.requestedBy
  if (!userId) return !approval
  const person = await findPerson(deps.db, userId)
  return person !== undefined && can(person, 'incidents.fix', { ownerId: found.project?.ownerId ?? null })
}

const propose = async ({ deps, task, incident, found, session, input }: Attempt): Promise<RepairProposal> => {
  const { proposal, by } = await proposeRepair(deps, task, incident, found, session.signal)
  const wake = await deps.db.transaction(async (tx) => {
    await session.assertHeld(tx)
    return noteProposal(tx, {
      taskId: task.id,
      incident,
      attempt: input.attempt,
      proposal,
      by,
      now: deps.clock.now(),
    })
  })
  await wakeAll(deps, wake)
  return proposal
}

const mustAsk = ({ found, input }: Attempt, proposal: RepairProposal): boolean =>
  input.attempt > AUTOMATIC_ATTEMPTS_MAX || isRisky(proposal, found.diagnosis)

const ask = async (attempt: Attempt, proposal: RepairProposal): Promise<Record<string, unknown>> => {
  const { deps, task, incident, found, session, input } = attempt
  const { conversationId } = task
  if (!conversationId) return end(attempt, { outcome: 'nobody_to_ask', proposal })
  const { approval, wake } = await deps.db.transaction(async (tx) => {
    await session.assertHeld(tx)
    return askAboutRepair(tx, {
      incident,
      attempt: input.attempt,
      proposal,
      remains: proposal.steps.some((step) => step.do === 'recreate_repository') ? found.remains : undefined,
      project: found.project?.name,
      conversationId,
      requestedBy: task.requestedBy,
      lang: input.lang,
      now: deps.clock.now(),
    })
  })
  await wakeAll(deps, wake)
  return { waiting: `approval ${approval.number}` }
}

const begins = (attempt: number, step: string) => ({
  kind: 'recovery_step' as const,
  about: { attempt, step },
})

const hasBegun = ({ deps, incident, input }: Attempt, { steps }: RepairProposal): Promise<boolean> =>
  deps.db.transaction(async (tx) => {
    for (const step of steps)
      if (await wasNoted(tx, incident.id, begins(input.attempt, stepLabel(step)))) return true
    return false
  })

const repair = async (attempt: Attempt, proposal: RepairProposal, begun: boolean): Promise<End> => {
  // What a worker that died has begun may have helped already; what nobody has begun must still be possible.
  if (begun && !redeploys(proposal) && (await verifyRepair(attempt)).ok === true)
    return { outcome: 'repaired', proposal }
  const objection = begun ? undefined : objectionTo(proposal, attempt.found.diagnosis)
  if (objection) return { outcome: 'nothing', reason: objection[attempt.input.lang], proposal }
  for (const step of proposal.steps) {
    await begin(attempt, stepLabel(step))
    const problem = await carryOut(step, attempt)
    attempt.session.signal.throwIfAborted()
    if (problem) return { outcome: 'failed', reason: problem, proposal }
  }
  return afterwards(proposal, await verifyRepair(attempt))
}

/** A version that answers may not be written down as the one that runs; deploying it once more costs nothing. */
const redeploys = ({ steps }: RepairProposal): boolean => steps.some((step) => step.do === 'redeploy_version')

const begin = async ({ deps, incident, session, input }: Attempt, step: string): Promise<void> => {
  const { wake } = await deps.db.transaction(async (tx) => {
    await session.assertHeld(tx)
    return noteRecovery(tx, incident.id, { ...begins(input.attempt, step), now: deps.clock.now() })
  })
  await wakeAll(deps, wake)
}

const afterwards = (proposal: RepairProposal, verified: Verified): End => {
  if (verified.ok === true) return { outcome: 'repaired', proposal }
  if (verified.ok === false) return { outcome: 'failed', reason: verified.reason, proposal }
  const isHandedOver = proposal.steps.some((step) => step.do === 'mark_server_for_provisioning')
  return { outcome: isHandedOver ? 'handed_over' : 'unsure', proposal }
}

/** Nothing had to be done when it is right again; a deployment that failed is not, even if the old version runs. */
const foundNothing = async (attempt: Attempt, proposal: RepairProposal): Promise<End> => {
  const { incident, found } = attempt
  const looksWell = found.diagnosis.service?.healthy || found.diagnosis.repository?.isThere
  if (looksWell && incident.kind !== 'deploy_failed' && (await verifyRepair(attempt)).ok === true)
    return { outcome: 'repaired', reason: proposal.why, proposal }
  return { outcome: 'nothing', reason: proposal.why, proposal }
}

const end = async (
  { deps, task, incident, session, input }: Attempt,
  { outcome, reason, proposal }: End,
): Promise<Record<string, unknown>> => {
  const steps = proposal?.steps.map(stepLabel).join(', ')
  const ended = await deps.db.transaction(async (tx) => {
    await session.assertHeld(tx)
    return endRecovery(tx, {
      incident,
      attempt: input.attempt,
      outcome,
      ...(reason && { reason }),
      ...(steps && { steps }),
      conversationId: task.conversationId,
      requestedBy: task.requestedBy,
      lang: input.lang,
      task,
      now: deps.clock.now(),
    })
  })
  await wakeAll(deps, ended.wake)
  if (ended.nextTaskId) await deps.wake.dispatch(ended.nextTaskId)
  return { outcome, ...(steps && { steps }), ...(reason && { reason }) }
}

const wakeAll = async ({ wake }: Attempt['deps'], conversations: readonly string[]): Promise<void> => {
  await Promise.all(conversations.map((id) => wake.deliver(id)))
}
