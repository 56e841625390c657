import type { Transaction } from '../db/client.ts'
import { announce } from '../domain/alerting/announce.ts'
import { type AskStep, type ChainPlace, chainMove, NOT_YET } from '../domain/incidents/chain-walk.ts'
import { adminIds } from '../domain/incidents/chains.ts'
import { addEvent } from '../domain/incidents/events.ts'
import type { Incident } from '../domain/incidents/incident.ts'
import { type IncidentTimer, later, removeTimers, setTimer } from '../domain/incidents/timers.ts'
import type { EscalationDeps } from './escalation.ts'
import { askStep } from './escalation-ask.ts'
import type { LeftOut } from './escalation-failures.ts'

/**
 * Goes on along the frozen chain to the next wait, or to its end. When nobody on the way could be reached, all admins
 * are asked: no incident waits for people who cannot hear of it.
 *
 * @returns conversations to wake.
 */
export const escalate = async (
  tx: Transaction,
  deps: EscalationDeps,
  incident: Incident,
  { timer, leftOut, now }: { timer: IncidentTimer; leftOut: LeftOut; now: Date },
): Promise<string[]> => {
  const chain = incident.escalation ?? []
  const wake: string[] = []
  const tried = new Map<string, boolean>()
  const ask = async (step: AskStep, at: ChainPlace) => {
    // The version tells a step from the same step of an earlier escalation of this incident.
    const occasion = `escalate:${incident.version}:${at.round}:${at.step}`
    wake.push(...(await askStep(tx, deps, { incident, step, occasion, tried, now }, leftOut)))
  }
  let asked = NOT_YET
  let move = chainMove(chain, timer, asked)
  while (move.kind === 'ask') {
    await ask(move.step, move.at)
    asked = { any: true, reached: [...tried.values()].includes(true) }
    move = chainMove(chain, move.next, asked)
  }
  if (asked.any && !asked.reached)
    for (const [index, userId] of (await adminIds(tx)).entries())
      await ask({ kind: 'person', userId }, { round: timer.round, step: chain.length + index })

  if (move.kind === 'wait')
    await setTimer(tx, {
      incidentId: incident.id,
      kind: 'escalate',
      dueAt: later(now, move.ms),
      ...move.next,
    })
  else {
    await removeTimers(tx, [incident.id])
    await addEvent(tx, incident.id, { kind: 'escalation_ended', now })
  }
  return [...wake, ...(await announce(tx, { incident, change: 'escalated', now }))]
}
