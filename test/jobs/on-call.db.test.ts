import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { DAY_MS, HOUR_MS } from '../../src/clock.ts'
import {
  alertSubscriptions,
  onCallCalendars,
  onCallOverrides,
  outbox,
  projects,
  rotations,
  syncJobs,
  users,
} from '../../src/db/schema/index.ts'
import { ensureConversation } from '../../src/domain/conversations/conversations.ts'
import { createInbox } from '../../src/domain/conversations/inbox.ts'
import { calendarError } from '../../src/domain/oncall/calendar/calendar-problem.ts'
import { calendarWindow, importCalendar } from '../../src/domain/oncall/calendar/calendars.ts'
import type { fetchCalendar } from '../../src/domain/oncall/calendar/fetch-calendar.ts'
import { readCalendar } from '../../src/domain/oncall/calendar/read-calendar.ts'
import { gapsAhead } from '../../src/domain/oncall/gaps.ts'
import { setRotation } from '../../src/domain/oncall/rotations.ts'
import { tellAhead } from '../../src/domain/oncall/tell-ahead.ts'
import { whoIsOnCall } from '../../src/domain/oncall/who-is-on-call.ts'
import { createProject } from '../../src/domain/projects/projects.ts'
import { admit } from '../../src/domain/users/admit.ts'
import type { Person } from '../../src/domain/users/person.ts'
import { agentSeeds } from '../../src/graph/prompts/seeds.ts'
import { createOnCallJob } from '../../src/jobs/on-call.ts'
import { createLog } from '../../src/log.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { createManualClock } from '../support/manual-clock.ts'

let base: TestDatabase
let clock: ReturnType<typeof createManualClock>
let olga: Person
let anna: Person
let boris: Person
let woken: string[]
const START = '2026-11-20T12:00:00Z'

const person = async (name: string, role: Person['role'], { talks = true } = {}) => {
  const account = { platform: 'telegram' as const, platformUserId: name, name }
  const found = await base.db.transaction((tx) => admit(tx, account, role))
  if (talks)
    await createInbox(base.db, { clock }).write({
      ...{ platform: 'telegram', eventId: `hello ${name}`, platformUserId: name },
      conversation: { key: `telegram:1:${name}`, kind: 'private' },
      body: { kind: 'command', name: 'help', args: '', author: { name } },
    })
  return found
}

beforeAll(async () => {
  base = await createTestDatabase()
  clock = createManualClock(START)
  olga = await person('Olga', 'admin')
  anna = await person('Anna', 'operator')
  boris = await person('Boris', 'operator')
})
afterAll(() => base.close())
beforeEach(async () => {
  clock = createManualClock(START)
  woken = []
  await base.db.delete(rotations)
  await base.db.delete(outbox)
  await base.db.delete(alertSubscriptions)
})

const job = (fetch?: typeof fetchCalendar) =>
  createOnCallJob({
    ...{ db: base.db, clock, log: createLog({ level: 'silent' }), instanceId: 'test' },
    ...{ shutdown: new AbortController().signal, ...(fetch && { fetch }) },
    wake: { deliver: async (id) => void woken.push(id) },
  })
const run = async (fetch?: typeof fetchCalendar) => {
  const outcome = await job(fetch)()
  if (outcome.outcome !== 'done') throw new Error(JSON.stringify(outcome))
  return outcome.summary
}
const by = () => ({ person: olga, surface: 'telegram' })
const turns = (members: Person[], change: { startsOn?: string; projectId?: string } = {}) =>
  base.db.transaction((tx) =>
    setRotation(
      tx,
      {
        ...{ timeZone: 'UTC', handOverAt: '09:00', everyDays: 1, startsOn: '2026-11-20', ...change },
        ...{ members: members.map(({ id }) => id), now: clock.now() },
      },
      by(),
    ),
  )
const told = async (key: string) =>
  (await base.db.select().from(outbox)).filter(
    ({ content }) => content.type === 'notice' && content.key === key,
  )

test('whoever takes over is told once, and who goes on is not', async () => {
  await turns([anna, boris])
  await run()
  await run()
  expect(await told('on-call-begins')).toMatchObject([
    { readerId: anna.id, content: { args: { until: '2026-11-21T09:00:00.000Z' } } },
  ])
  clock.advance(DAY_MS)
  await run()
  expect((await told('on-call-begins')).map(({ readerId }) => readerId)).toEqual([anna.id, boris.id])

  await turns([boris])
  clock.advance(DAY_MS)
  await run()
  expect(await told('on-call-begins')).toHaveLength(2)
  expect(new Set(woken).size).toBe(2)
})

test('a gap is told two days ahead, once, to admins and to the chats that hear of everything', async () => {
  const group = await ensureConversation(base.db, {
    key: 'telegram:1:-5',
    platform: 'telegram',
    kind: 'group',
  })
  await base.db.insert(alertSubscriptions).values({ conversationId: group.id, least: 'warning' })
  const rotation = await turns([anna])
  await base.db.insert(onCallCalendars).values({ rotationId: rotation.id })
  const shift = { rotationId: rotation.id, userId: anna.id, source: 'calendar' as const }
  const ends = new Date(clock.now().getTime() + 3 * DAY_MS)
  await base.db.insert(onCallOverrides).values({ ...shift, startsAt: clock.now(), endsAt: ends })
  await run()
  expect(await told('on-call-gap')).toEqual([])

  clock.advance(DAY_MS + HOUR_MS)
  for (let times = 0; times < 3; times++) {
    await run()
    clock.advance(12 * HOUR_MS)
  }
  const gaps = await told('on-call-gap')
  expect(gaps.map(({ content }) => content)).toMatchObject([
    { args: { when: ends.toISOString() } },
    { args: { when: ends.toISOString() } },
  ])
  expect(gaps.map(({ conversationId }) => conversationId)).toContain(group.id)
  // While it lasts, and long after, it is not told again.
  for (let days = 0; days < 10; days++) {
    clock.advance(DAY_MS)
    await run()
  }
  expect(await told('on-call-gap')).toHaveLength(2)
})

test('a turn of somebody who lost their access is a gap', async () => {
  const gone = await person('Gone', 'operator')
  await turns([anna, gone])
  await base.db.update(users).set({ disabledAt: clock.now() }).where(eq(users.id, gone.id))
  const gaps = await gapsAhead(base.db, {
    from: clock.now(),
    until: new Date(clock.now().getTime() + 2 * DAY_MS),
  })
  expect(gaps).toMatchObject([
    { from: new Date('2026-11-21T09:00:00Z'), until: new Date('2026-11-22T09:00:00Z') },
  ])
  expect(await whoIsOnCall(base.db, { at: new Date('2026-11-21T12:00:00Z') })).toBeUndefined()
  await run()
  expect(await told('on-call-gap')).toHaveLength(1)
})

test('nobody is called about a project that was archived', async () => {
  const chat = await ensureConversation(base.db, {
    key: 'telegram:1:-6',
    platform: 'telegram',
    kind: 'group',
  })
  const project = await base.db.transaction((tx) =>
    createProject(
      tx,
      { name: 'old', title: 'Old', description: '', ownerId: olga.id, conversationId: chat.id },
      agentSeeds().starterPack,
    ),
  )
  await turns([anna], { projectId: project.id })
  const about = { projectId: project.id, at: clock.now() }
  expect(await whoIsOnCall(base.db, about)).toMatchObject({ name: 'Anna', projectId: project.id })
  await base.db.update(projects).set({ status: 'archived' }).where(eq(projects.id, project.id))
  expect(await whoIsOnCall(base.db, about)).toBeUndefined()
  await run()
  expect(await base.db.select().from(outbox)).toEqual([])
})

test('admins are told quietly, once, of somebody who cannot be called', async () => {
  const silent = await person('Silent', 'operator', { talks: false })
  await turns([anna, silent])
  await run()
  clock.advance(2 * DAY_MS)
  await run()
  expect(await told('on-call-unreachable')).toMatchObject([
    { readerId: olga.id, priority: 0, content: { args: { name: 'Silent' } } },
  ])
})

const ics = (name: string) =>
  [
    'BEGIN:VCALENDAR',
    'BEGIN:VEVENT',
    'UID:1',
    `SUMMARY:${name}`,
    'DTSTART:20261101T000000Z',
    'DURATION:P1D',
    'RRULE:FREQ=DAILY',
    'END:VEVENT',
    'END:VCALENDAR',
  ].join('\n')

const byUrl = async (name: string) => {
  const { events } = await readCalendar(ics(name), calendarWindow(clock.now(), 'UTC'))
  await base.db.transaction((tx) =>
    importCalendar(
      tx,
      { url: 'https://example.com/a.ics', etag: '"1"', events, timeZone: 'UTC', now: clock.now() },
      by(),
    ),
  )
}
const onCallNow = async () => (await whoIsOnCall(base.db, { at: clock.now() }))?.name

test('a calendar is asked only for what has changed, and anew when two weeks have passed', async () => {
  await byUrl('Anna')
  const asked: (string | null | undefined)[] = []
  const unchanged: typeof fetchCalendar = async (_url, options) => {
    asked.push(options?.etag)
    return options?.etag ? { outcome: 'unchanged' } : { outcome: 'fetched', text: ics('Boris'), etag: '"2"' }
  }
  expect(await onCallNow()).toBe('Anna')
  expect(await run(unchanged)).toMatchObject({ calendars: 0, failed: 0 })
  expect(await onCallNow()).toBe('Anna')
  clock.advance(15 * DAY_MS)
  expect(await run(unchanged)).toMatchObject({ calendars: 1 })
  expect(await onCallNow()).toBe('Boris')
  expect(asked).toEqual(['"1"', null])
})

test('a calendar that cannot be used keeps what it said last, and says why until it can', async () => {
  await byUrl('Anna')
  const broken: typeof fetchCalendar = async () => {
    throw calendarError('unreachable')
  }
  const hostile: typeof fetchCalendar = async () => ({ outcome: 'fetched', text: '<html>', etag: null })
  const problem = async () => (await base.db.select().from(onCallCalendars))[0]?.error
  expect(await run(broken)).toMatchObject({ calendars: 0, failed: 1 })
  expect(await problem()).toBe('unreachable')
  await run(hostile)
  expect(await problem()).toBe('no-calendar')
  expect(await onCallNow()).toBe('Anna')
  await run(async () => ({ outcome: 'unchanged' }))
  expect(await problem()).toBeNull()
})

test('a calendar that was replaced while it was fetched stays replaced', async () => {
  await byUrl('Anna')
  await run(async () => {
    await turns([anna])
    return { outcome: 'fetched', text: ics('Boris'), etag: null }
  })
  expect(await onCallNow()).toBe('Anna')
  expect(await base.db.select().from(onCallCalendars)).toEqual([])
})

test('a process that dies after the rows and before the wake-ups tells everything once', async () => {
  await turns([anna, boris])
  const dying = createOnCallJob({
    ...{ db: base.db, clock, log: createLog({ level: 'silent' }), instanceId: 'dies' },
    shutdown: new AbortController().signal,
    wake: { deliver: () => Promise.reject(new Error('the process is gone')) },
  })
  expect(await dying()).toMatchObject({ outcome: 'failed' })
  await run()
  expect(await told('on-call-begins')).toHaveLength(1)
  const [state] = await base.db.select().from(syncJobs).where(eq(syncJobs.name, 'on_call'))
  expect(state).toMatchObject({ failures: 0, lastSuccessAt: clock.now() })
})

test('even two that believe to hold the lease tell everything once', async () => {
  await turns([anna])
  await Promise.all([1, 2, 3].map(() => base.db.transaction((tx) => tellAhead(tx, clock.now()))))
  expect(await told('on-call-begins')).toHaveLength(1)
})
