import { eq, sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { connectDatabase } from '../../src/db/client.ts'
import { type HeldLease, requestStop, withLease } from '../../src/db/lease.ts'
import { leases, settings } from '../../src/db/schema/index.ts'
import { createLog } from '../../src/log.ts'
import { createTestDatabase, cutConnections, type TestDatabase } from '../support/database.ts'
import { createManualClock } from '../support/manual-clock.ts'
import { waitFor } from '../support/wait-for.ts'

const log = createLog({ level: 'silent' })
const TERMS = { ttlMs: 30_000, renewMs: 10_000, holder: 'first' }
const OTHER = { ...TERMS, holder: 'second' }

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.close())

const expire = (key: string) =>
  database.db
    .update(leases)
    .set({ expiresAt: sql`clock_timestamp() - interval '1 second'` })
    .where(eq(leases.key, key))

const rowOf = async (key: string) => {
  const [row] = await database.db.select().from(leases).where(eq(leases.key, key))
  if (!row) throw new Error(`no lease ${key}`)
  return row
}

const abortOf = (signal: AbortSignal) =>
  new Promise<unknown>((resolve) => {
    if (signal.aborted) resolve(signal.reason)
    signal.addEventListener('abort', () => resolve(signal.reason), { once: true })
  })

test('while one works on a conversation the other is told that it is taken, and gets it afterwards', async () => {
  const deps = { db: database.db, log }
  const inside = await withLease(deps, 'taken', TERMS, () =>
    withLease(deps, 'taken', OTHER, async () => 'stolen'),
  )
  expect(inside).toEqual({ held: true, value: { held: false } })

  const after = await withLease(deps, 'taken', OTHER, async ({ fence }) => fence)
  expect(after).toEqual({ held: true, value: 2 })
})

test('of twenty who try at once exactly one gets the lease', async () => {
  let finish = () => {}
  const done = new Promise<void>((resolve) => {
    finish = resolve
  })
  let refused = 0
  const attempts = Array.from({ length: 20 }, async () => {
    const { held } = await withLease({ db: database.db, log }, 'race', TERMS, () => done)
    if (!held) refused++
  })
  await waitFor(() => refused === 19, 'nineteen of them to be refused')
  expect((await rowOf('race')).fence).toBe(1)
  finish()
  await Promise.all(attempts)
  expect(refused).toBe(19)
})

test('the lease is let go when the work fails, and the failure reaches the caller', async () => {
  const deps = { db: database.db, log }
  const failing = withLease(deps, 'failing', TERMS, async () => {
    throw new Error('the model is down')
  })
  await expect(failing).rejects.toThrow('the model is down')
  expect(await withLease(deps, 'failing', OTHER, async () => 'ok')).toEqual({ held: true, value: 'ok' })
})

test('an expired lease is taken over; the first holder is told, and its late write is refused', async () => {
  const clock = createManualClock()
  const write = (lease: HeldLease, value: string) =>
    database.db.transaction(async (tx) => {
      await lease.assertHeld(tx)
      await tx.insert(settings).values({ key: 'fenced', value })
    })

  await withLease({ db: database.db, log, clock }, 'slow', TERMS, async (slow) => {
    await expire('slow')
    const second = await withLease({ db: database.db, log }, 'slow', OTHER, async (quick) => {
      expect(quick.fence).toBe(slow.fence + 1)
      await write(quick, 'by the second')
      await expect(write(slow, 'by the first')).rejects.toMatchObject({ code: 'lease_lost' })
      await clock.advance(TERMS.renewMs)
      expect(await abortOf(slow.signal)).toMatchObject({ code: 'lease_lost' })
      expect(quick.signal.aborted).toBe(false)
      return 'done'
    })
    expect(second).toEqual({ held: true, value: 'done' })
  })
  const [row] = await database.db.select().from(settings).where(eq(settings.key, 'fenced'))
  expect(row?.value).toBe('by the second')
})

test('letting go of a lost lease does not end the lease of whoever took it over', async () => {
  let second: Promise<unknown> = Promise.resolve()
  let finish = () => {}
  const done = new Promise<void>((resolve) => {
    finish = resolve
  })
  await withLease({ db: database.db, log }, 'moved', TERMS, async () => {
    await expire('moved')
    second = withLease({ db: database.db, log }, 'moved', OTHER, () => done)
    await waitFor(async () => (await rowOf('moved')).holder === 'second', 'the second holder')
  })
  expect(await withLease({ db: database.db, log }, 'moved', TERMS, async () => 'third')).toEqual({
    held: false,
  })
  finish()
  await second
})

test('while the transaction of the holder is open nobody takes the lease over, expired or not', async () => {
  await withLease({ db: database.db, log }, 'open', TERMS, async (lease) => {
    await expire('open')
    let takeover: Promise<unknown> = Promise.resolve()
    await database.db.transaction(async (tx) => {
      await lease.assertHeld(tx)
      takeover = withLease({ db: database.db, log }, 'open', OTHER, async ({ fence }) => fence)
      await waitFor(
        async () =>
          (
            await database.sql`select from pg_stat_activity
              where datname = current_database() and wait_event_type = 'Lock'`
          ).length > 0,
        'the one who wants the lease to wait for the lock',
      )
      expect((await rowOf('open')).fence).toBe(lease.fence)
    })
    expect(await takeover).toEqual({ held: true, value: lease.fence + 1 })
  })
})

test('renewing moves the expiry on', async () => {
  const clock = createManualClock()
  await withLease({ db: database.db, log, clock }, 'renewed', TERMS, async ({ signal }) => {
    await expire('renewed')
    const expired = (await rowOf('renewed')).expiresAt
    await clock.advance(TERMS.renewMs)
    await waitFor(async () => (await rowOf('renewed')).expiresAt > expired, 'the renewal')
    expect(signal.aborted).toBe(false)
  })
})

test('/stop in the same process ends the work at once and says who asked', async () => {
  const clock = createManualClock()
  await withLease({ db: database.db, log, clock }, 'stop-here', TERMS, async ({ signal }) => {
    expect(await requestStop(database.db, 'stop-here', 'Anna')).toBe(true)
    expect(signal.reason).toMatchObject({ code: 'stopped', message: 'Stopped by Anna.' })
  })
  expect(await requestStop(database.db, 'stop-here', 'Anna')).toBe(false)
  expect(await requestStop(database.db, 'never-held', 'Anna')).toBe(false)
})

test('after a stop nothing new is begun, but what there is can be wound down', async () => {
  const elsewhere = connectDatabase(database.url)
  await withLease({ db: database.db, log }, 'stop-new', TERMS, async ({ assertHeld, assertWanted }) => {
    await database.db.transaction(assertWanted)
    await requestStop(elsewhere.db, 'stop-new', 'Anna')
    await expect(database.db.transaction(assertWanted)).rejects.toMatchObject({ code: 'stopped' })
    await database.db.transaction(assertHeld)
  })
  await elsewhere.close()
})

test('who asks for a stop sees what is being begun at that moment', async () => {
  const elsewhere = connectDatabase(database.url)
  await withLease({ db: database.db, log }, 'stop-late', TERMS, async ({ assertWanted }) => {
    const begun = Promise.withResolvers<void>()
    const commit = Promise.withResolvers<void>()
    const beginning = database.db.transaction(async (tx) => {
      await assertWanted(tx)
      await tx.insert(settings).values({ key: 'begun-late', value: true })
      begun.resolve()
      await commit.promise
    })
    await begun.promise
    const stopped = requestStop(elsewhere.db, 'stop-late', 'Anna').then(() =>
      elsewhere.db.select().from(settings).where(eq(settings.key, 'begun-late')),
    )
    await waitFor(async () => {
      const waiting = await database.sql`select from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock'`
      return waiting.length === 1
    }, 'the stop to wait')
    commit.resolve()
    await beginning
    expect(await stopped).toHaveLength(1)
  })
  await elsewhere.close()
})

test('/stop from another process ends the work at its next renewal, and does not reach the next holder', async () => {
  const clock = createManualClock()
  const elsewhere = connectDatabase(database.url)
  await withLease({ db: database.db, log, clock }, 'stop-there', TERMS, async ({ signal }) => {
    expect(await requestStop(elsewhere.db, 'stop-there', 'Boris')).toBe(true)
    expect(signal.aborted).toBe(false)
    await clock.advance(TERMS.renewMs)
    expect(await abortOf(signal)).toMatchObject({ code: 'stopped', message: 'Stopped by Boris.' })
  })
  await elsewhere.close()
  await withLease({ db: database.db, log, clock }, 'stop-there', OTHER, async ({ signal }) => {
    const { expiresAt } = await rowOf('stop-there')
    await clock.advance(TERMS.renewMs)
    await waitFor(async () => (await rowOf('stop-there')).expiresAt > expiresAt, 'the renewal')
    expect(signal.aborted).toBe(false)
  })
})

test('the work goes on when the database was away for less than the lease lasts', async () => {
  const clock = createManualClock()
  const result = await withLease({ db: database.db, log, clock }, 'restart', TERMS, async ({ signal }) => {
    const before = (await rowOf('restart')).expiresAt
    await cutConnections(database.url)
    await waitFor(async () => {
      await clock.advance(TERMS.renewMs / 10)
      return (await rowOf('restart')).expiresAt > before
    }, 'a renewal after the cut')
    return signal.aborted
  })
  expect(result).toEqual({ held: true, value: false })
})

test('the work is told to end when the database stays away for as long as the lease lasts', async () => {
  const clock = createManualClock()
  const gone = connectDatabase(database.url)
  const result = withLease({ db: gone.db, log, clock }, 'away', TERMS, async ({ signal }) => {
    await gone.close()
    await waitFor(async () => {
      await clock.advance(TERMS.renewMs)
      return signal.aborted
    }, 'the signal')
    return signal.reason
  })
  expect(await result).toMatchObject({ value: { code: 'lease_lost' } })
})
