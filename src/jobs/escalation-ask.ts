import type { Transaction } from '../db/client.ts'
import { pageChat } from '../domain/alerting/page-person.ts'
import type { AskStep } from '../domain/incidents/chain-walk.ts'
import { addEvent } from '../domain/incidents/events.ts'
import type { Incident } from '../domain/incidents/incident.ts'
import { healNobodyOnCall, reportNobodyOnCall } from '../domain/incidents/nobody-on-call.ts'
import { userNames } from '../domain/users/reader.ts'
import { asAppError } from '../errors.ts'
import type { EscalationDeps } from './escalation.ts'
import { type LeftOut, StepFailed } from './escalation-failures.ts'

export interface Asking {
  incident: Incident
  step: AskStep
  /** Tells a repetition after a crash from a later step. */
  occasion: string
  /** Who was tried on the way here, and whether they could be reached; nobody is asked twice in one breath. Added to. */
  tried: Map<string, boolean>
  now: Date
}

/**
 * Asks whom a step names; a step that went wrong before is only written down.
 *
 * @returns conversations to wake.
 * @throws StepFailed
 */
export const askStep = async (
  tx: Transaction,
  deps: EscalationDeps,
  asking: Asking,
  leftOut: LeftOut,
): Promise<string[]> => {
  const { incident, step, occasion, now } = asking
  if (leftOut.has(occasion)) {
    const { code, reference } = asAppError(leftOut.get(occasion))
    deps.log.error(
      { incident: incident.id, step, reference, err: leftOut.get(occasion) },
      'escalation.step_failed',
    )
    const detail = { step: step.kind, reason: code, reference }
    await addEvent(tx, incident.id, { kind: 'page_failed', detail, now })
    return []
  }
  return ask(tx, deps, asking).catch((error) => {
    throw new StepFailed(occasion, error)
  })
}

const ask = async (tx: Transaction, deps: EscalationDeps, asking: Asking): Promise<string[]> => {
  const { step, incident, now } = asking
  switch (step.kind) {
    case 'person':
      return askPerson(tx, deps, asking, step.userId)
    case 'chat':
      return askChat(tx, asking, step.conversationId)
    case 'on_call': {
      if (asking.tried.has(NOBODY)) return []
      const onCall = await deps.whoIsOnCall(tx, { projectId: incident.projectId, at: now })
      if (onCall)
        return [
          ...(await healNobodyOnCall(tx, incident, now)),
          ...(await askPerson(tx, deps, asking, onCall.userId)),
        ]
      asking.tried.set(NOBODY, false)
      await addEvent(tx, incident.id, { kind: 'nobody_to_page', now })
      return (await reportNobodyOnCall(tx, incident, now)).wake
    }
    default:
      return step satisfies never
  }
}

const NOBODY = 'nobody on call'

const askPerson = async (
  tx: Transaction,
  deps: EscalationDeps,
  { incident, step, occasion, tried, now }: Asking,
  userId: string,
): Promise<string[]> => {
  if (tried.has(userId)) return []
  const { outcome, wake } = await deps.page(tx, { incident, userId, occasion, now })
  const isReached = outcome === 'queued' || outcome === 'delivered'
  tried.set(userId, isReached)
  if (!isReached) return wake
  const name = (await userNames(tx, [userId])).get(userId) ?? '?'
  await addEvent(tx, incident.id, { kind: 'paged', detail: { step: step.kind, userId, name, occasion }, now })
  return wake
}

const askChat = async (
  tx: Transaction,
  { incident, occasion, tried, now }: Asking,
  conversationId: string,
): Promise<string[]> => {
  if (tried.has(conversationId)) return []
  const { wake } = await pageChat(tx, { incident, conversationId, occasion, now })
  tried.set(conversationId, true)
  await addEvent(tx, incident.id, { kind: 'paged', detail: { step: 'chat', conversationId, occasion }, now })
  return wake
}
