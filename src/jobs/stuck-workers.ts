import type { Clock } from '../clock.ts'
import type { Database } from '../db/client.ts'
import { heal, report } from '../domain/incidents/index.ts'
import type { Decision } from '../domain/routing/route-task.ts'
import type { Wake } from '../domain/wake.ts'

interface StuckDeps {
  db: Database
  clock: Clock
  wake: Pick<Wake, 'deliver'>
}

const keyOf = ({ selectedAgentName }: Decision) => `agent_stuck:${selectedAgentName}`

/** A worker that did not finish in time may be stuck: whoever looks after the workers hears of it. */
export const tellStuck = async ({ db, clock, wake }: StuckDeps, decision: Decision): Promise<void> => {
  const { wake: conversations } = await db.transaction((tx) =>
    report(tx, {
      kind: 'agent_stuck',
      key: keyOf(decision),
      severity: 'warning',
      subject: decision.selectedAgentName,
      facts: { workType: decision.workType, agent: decision.performedByName },
      now: clock.now(),
    }),
  )
  await Promise.all(conversations.map((id) => wake.deliver(id)))
}

/** It has finished something since. */
export const tellUnstuck = async ({ db, clock, wake }: StuckDeps, decision: Decision): Promise<void> => {
  const healed = await db.transaction((tx) => heal(tx, { key: keyOf(decision), now: clock.now() }))
  await Promise.all((healed?.wake ?? []).map((id) => wake.deliver(id)))
}
