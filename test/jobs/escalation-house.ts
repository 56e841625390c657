import type { Transaction } from '../../src/db/client.ts'
import { pages } from '../../src/db/schema/index.ts'
import type { PageOutcome } from '../../src/db/shapes/incident.ts'
import { createEscalation, type EscalationDeps } from '../../src/jobs/escalation.ts'
import { createWatchdog } from '../../src/jobs/watchdog.ts'
import { createLog } from '../../src/log.ts'
import { openHouse } from '../domain/incidents/house.ts'

/** A house with somebody on call, or nobody, and a list of who was paged. */
export const openEscalationHouse = async () => {
  const house = await openHouse()
  const onCall: { now: { userId: string; name: string } | undefined } = { now: undefined }
  /** Who cannot be reached by any channel. */
  const unreachable = new Set<string>()
  /** Runs within the transaction that pages, when the page is written and the rest is not. */
  let afterPage: ((tx: Transaction) => Promise<void>) | undefined
  const woken: string[] = []
  const called: string[] = []
  const answers = { status: 200 }

  const deps: EscalationDeps = {
    db: house.db,
    clock: house.clock,
    log: createLog({ level: 'silent' }),
    wake: {
      deliver: async (id) => {
        woken.push(id)
      },
    },
    whoIsOnCall: async () => onCall.now,
    page: async (tx, { incident, userId, occasion, now }) => {
      const outcome: PageOutcome = unreachable.has(userId) ? 'no_channel' : 'queued'
      await tx
        .insert(pages)
        .values({ incidentId: incident.id, userId, outcome, occasion, createdAt: now })
        .onConflictDoNothing()
      await afterPage?.(tx)
      return { outcome, wake: [`private:${userId}`] }
    },
  }
  const escalation = createEscalation(deps)
  const watchdog = createWatchdog({
    ...deps,
    deadManUrl: 'http://outside.example/prorab',
    fetch: async (url) => {
      called.push(String(url))
      return new Response(null, answers)
    },
  })

  return {
    ...house,
    deps,
    onCall,
    unreachable,
    woken,
    /** Calls of the dead-man's switch. */
    called,
    answers,
    escalation,
    watchdog,
    /** Until the next call of this. */
    whilePaging: (work: ((tx: Transaction) => Promise<void>) | undefined) => {
      afterPage = work
    },
    /** Time goes on, and the job comes by whenever something is due. */
    pass: async (ms: number, everyMs = 5_000) => {
      const until = house.clock.now().getTime() + ms
      await escalation()
      while (house.clock.now().getTime() < until) {
        await house.clock.advance(Math.min(everyMs, until - house.clock.now().getTime()))
        await escalation()
      }
    },
    /** Who was reached about an incident, in order. */
    paged: async (incidentId: string): Promise<string[]> => {
      const rows = await house.sql<{ name: string }[]>`
        select u.name from pages p join users u on u.id = p.user_id
        where p.incident_id = ${incidentId} and p.outcome = 'queued'
        order by p.created_at, p.occasion`
      return rows.map(({ name }) => name)
    },
  }
}

export type EscalationHouse = Awaited<ReturnType<typeof openEscalationHouse>>
