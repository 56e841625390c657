import { randomUUID } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { checks, incidents, projects, servers } from '../../../src/db/schema/index.ts'
import type { ServerStatus } from '../../../src/db/shapes/server.ts'
import type { Check, ProbeResult } from '../../../src/domain/checks/check.ts'
import { type ClaimedCheck, claimDueChecks } from '../../../src/domain/checks/claim.ts'
import { recordResults } from '../../../src/domain/checks/record.ts'
import { ensureServerCheck } from '../../../src/domain/checks/server-checks.ts'
import { createTestDatabase } from '../../support/database.ts'
import { createManualClock } from '../../support/manual-clock.ts'

export const OK: ProbeResult = { ok: true, latencyMs: 5, facts: {} }
export const REFUSED: ProbeResult = { ok: false, latencyMs: 5, reason: 'connection refused', facts: {} }

/** A database with things to look at, and hands that look. */
export const openWatchHouse = async () => {
  const base = await createTestDatabase()
  const { db } = base
  const clock = createManualClock()

  const claim = (limit = 100): Promise<ClaimedCheck[]> =>
    claimDueChecks(db, { due: clock.now(), now: clock.now(), limit })
  const record = (looked: { check: ClaimedCheck; result: ProbeResult }[]) =>
    recordResults(db, looked, { now: clock.now(), random: () => 0.5 })

  return {
    ...base,
    clock,
    claim,
    record,
    /** Waits until everything is due, and looks at all of it; `result` may tell one from another. */
    look: async (result: ProbeResult | ((check: Check) => ProbeResult)) => {
      await clock.advance(120_000)
      const claimed = await claim()
      return record(
        claimed.map((check) => ({ check, result: typeof result === 'function' ? result(check) : result })),
      )
    },
    checkOf: async (key: string): Promise<Check | undefined> => {
      const [check] = await db.select().from(checks).where(eq(checks.key, key))
      return check
    },
    incidents: () => db.select().from(incidents).orderBy(incidents.number),
    project: async (name = `shop-${randomUUID().slice(0, 8)}`): Promise<string> => {
      const [project] = await db.insert(projects).values({ name, title: name, status: 'active' }).returning()
      return project?.id ?? ''
    },
    server: async (status: ServerStatus = 'ready', name = `web-${randomUUID().slice(0, 8)}`) => {
      const [server] = await db
        .insert(servers)
        .values({ name, source: 'inventory', externalId: name, address: '10.0.0.4', status })
        .returning()
      if (!server) throw new Error('an insert returns its row')
      await ensureServerCheck(db, server, clock.now())
      return server
    },
    statusOf: async (id: string) => {
      const [server] = await db.select({ status: servers.status }).from(servers).where(eq(servers.id, id))
      return server?.status
    },
    /** Nothing is looked at, and nothing was ever wrong. */
    clear: async () => {
      await db.delete(checks)
      await db.delete(incidents)
    },
  }
}

export type WatchHouse = Awaited<ReturnType<typeof openWatchHouse>>
