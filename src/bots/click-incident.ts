import { MINUTE_MS } from '../clock.ts'
import type { OutboxContent } from '../db/shapes/outgoing.ts'
import { adoptCopy } from '../domain/conversations/outbox.ts'
import {
  acknowledge,
  assign,
  type MoveOutcome,
  reopen,
  resolve,
  silence,
  unacknowledge,
  unsilence,
} from '../domain/incidents/index.ts'
import { findUser } from '../domain/users/find-user.ts'
import { view } from './commands/answers.ts'
import type { CommandContext } from './commands/context.ts'
import { fixIncident } from './commands/incidents/fix.ts'
import { moved } from './commands/incidents/moved.ts'
import type { IncidentClick } from './incident-action-ids.ts'
import { toPresser } from './to-presser.ts'

/**
 * A click on the card of an incident (M-11). It moves what the person saw: when the incident moved on meanwhile,
 * nothing changes and they are told what is so.
 */
export const clickIncident = async (
  context: CommandContext,
  { verb, id, version, arg }: IncidentClick,
): Promise<OutboxContent> => {
  const { tx, row, person, now } = context
  await takeInCopy(context, id)
  const request = { id, version, by: { person, surface: row.platform }, now }
  const answer = async (move: Promise<MoveOutcome>) => {
    const { key, args } = await moved(context, verb, await move)
    return toPresser(context, key, args)
  }

  switch (verb) {
    case 'ack':
      return answer(acknowledge(tx, request))
    case 'unack':
      return answer(unacknowledge(tx, request))
    case 'silence':
      return answer(silence(tx, { ...request, forMs: Number(arg) * MINUTE_MS }))
    case 'unsilence':
      return answer(unsilence(tx, request))
    case 'resolve':
      return answer(resolve(tx, request))
    case 'reopen':
      return answer(reopen(tx, request))
    case 'people':
      return view('incident', { id, people: 1 })
    case 'assign': {
      const { id: to } = await findUser(tx, arg ?? '')
      return answer(assign(tx, { ...request, to }))
    }
    case 'fix': {
      const { key, args } = await fixIncident(context, id)
      return toPresser(context, key, args)
    }
    default:
      return verb satisfies never
  }
}

/** A card that was sent twice because of a crash has live buttons, until whoever presses them tells us. */
const takeInCopy = async ({ tx, deps, row, afterCommit }: CommandContext, id: string): Promise<void> => {
  const ref = row.body.kind === 'action' ? row.body.messageRef : undefined
  if (!ref) return
  const { conversationId } = row
  const copied = await adoptCopy(tx, { conversationId, view: 'incident', args: { id }, ref })
  if (copied) afterCommit(() => deps.wake.deliver(copied))
}
