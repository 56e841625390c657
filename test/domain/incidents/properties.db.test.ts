import { randomUUID } from 'node:crypto'
import { eq } from 'drizzle-orm'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { HOUR_MS, MINUTE_MS, SECOND_MS } from '../../../src/clock.ts'
import type { Transaction } from '../../../src/db/client.ts'
import { incidentEvents, incidents } from '../../../src/db/schema/index.ts'
import { SEVERITIES } from '../../../src/db/shapes/incident.ts'
import { type Incident, isWorse } from '../../../src/domain/incidents/incident.ts'
import type { MoveOutcome, MoveRequest } from '../../../src/domain/incidents/move.ts'
import {
  acknowledge,
  assign,
  note,
  silence,
  unacknowledge,
  unsilence,
} from '../../../src/domain/incidents/moves.ts'
import { reopen } from '../../../src/domain/incidents/reopen.ts'
import { resolve } from '../../../src/domain/incidents/resolve.ts'
import { timerNeeded } from '../../../src/domain/incidents/timers.ts'
import type { Person } from '../../../src/domain/users/person.ts'
import { type EscalationHouse, openEscalationHouse } from '../../jobs/escalation-house.ts'
import { serviceDown } from './house.ts'

let house: EscalationHouse
let people: Person[]
beforeAll(async () => {
  house = await openEscalationHouse()
  people = [await house.person('Olga', 'owner'), await house.person('Anna'), await house.person('Boris')]
})
afterAll(() => house.close())

type AnyMove = (tx: Transaction, request: MoveRequest) => Promise<MoveOutcome>
const VERBS = { acknowledge, unacknowledge, silence, unsilence, resolve, reopen, assign, note }

const anyMove = fc.record({
  what: fc.constant('move' as const),
  verb: fc.constantFrom(...(Object.keys(VERBS) as (keyof typeof VERBS)[])),
  who: fc.nat(2),
  /** What the person saw: the present, the past, or nothing. */
  saw: fc.constantFrom('now', 'before', undefined),
})
const anyHappening = fc.oneof(
  { weight: 5, arbitrary: anyMove },
  {
    weight: 3,
    arbitrary: fc.record({ what: fc.constant('report' as const), severity: fc.constantFrom(...SEVERITIES) }),
  },
  { weight: 1, arbitrary: fc.record({ what: fc.constant('heal' as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({ what: fc.constantFrom('server down' as const, 'server up' as const) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      what: fc.constant('time' as const),
      ms: fc.constantFrom(SECOND_MS, 10 * SECOND_MS, 5 * MINUTE_MS, 40 * MINUTE_MS, 5 * HOUR_MS),
      onCall: fc.boolean(),
    }),
  },
)
type Happening = typeof anyHappening extends fc.Arbitrary<infer H> ? H : never

const beginStory = async () => {
  const serverId = await house.server()
  const finding = { ...serviceDown(), serverId, key: `service_unhealthy:${randomUUID()}` }
  const server = {
    kind: 'server_down',
    key: `server_down:${serverId}`,
    serverId,
    severity: 'info',
  } as const
  const all = () =>
    house.db.select().from(incidents).where(eq(incidents.serverId, serverId)).orderBy(incidents.number)
  const eventCount = (id: string) => house.db.$count(incidentEvents, eq(incidentEvents.incidentId, id))

  const move = async ({ verb, who, saw }: Extract<Happening, { what: 'move' }>) => {
    const [person, to] = [people[who], people[(who + 1) % people.length]]
    const target = (await all()).filter(({ kind }) => kind === 'service_unhealthy').at(-1)
    if (!target || !person || !to) return
    const version = saw === 'now' ? target.version : saw === 'before' ? target.version - 1 : undefined
    const events = await eventCount(target.id)
    const request = { id: target.id, version, person, forMs: HOUR_MS, to: to.id, text: 'a word' }
    const { outcome } = await house.move(VERBS[verb] as unknown as AnyMove, request)
    const after = await house.find(target.id)
    if (outcome === 'done') {
      expect(after.version).toBe(target.version + (verb === 'note' ? 0 : 1))
      expect(await eventCount(target.id)).toBeGreaterThan(events)
    } else {
      expect(after).toEqual(target)
      expect(await eventCount(target.id)).toBe(events)
    }
    if (saw === 'before' && verb !== 'note') expect(outcome).toBe('moved_on')
  }

  const happen = async (happening: Happening) => {
    switch (happening.what) {
      case 'move':
        return move(happening)
      case 'report':
        return house.report({ ...finding, severity: happening.severity })
      case 'heal':
        return house.heal(finding.key)
      case 'server down':
        return house.report(server)
      case 'server up':
        return house.heal(server.key)
      case 'time':
        house.onCall.now = happening.onCall ? { userId: people[1]?.id ?? '', name: 'Anna' } : undefined
        await house.clock.advance(happening.ms)
        return house.escalation()
      default:
        return happening satisfies never
    }
  }
  return { all, happen }
}

/** Each begins an escalation, but for the last. */
const TURNS = ['opened', 'reopened', 'worse', 'unacknowledged', 'unsilenced', 'escalation_ended']

/** What is true of every incident at every moment. */
const check = async (now: Incident[], before: Map<string, Incident>) => {
  for (const key of new Set(now.map((one) => one.key)))
    expect(now.filter((one) => one.key === key && one.state !== 'resolved').length).toBeLessThanOrEqual(1)
  for (const incident of now) {
    const earlier = before.get(incident.id)
    if (earlier) {
      expect(incident.version).toBeGreaterThanOrEqual(earlier.version)
      expect(incident.occurrences).toBeGreaterThanOrEqual(earlier.occurrences)
      expect(isWorse(earlier.severity, incident.severity)).toBe(false)
      if (incident.state !== earlier.state) expect(incident.version).toBeGreaterThan(earlier.version)
    }
    const timers = (await house.timers(incident.id)).map(({ kind }) => kind)
    const needed = timerNeeded(incident)
    const turns = (await house.events(incident.id)).filter((kind) => TURNS.includes(kind))
    if (timers.length === 0 && needed === 'escalate') expect(turns.at(-1)).toBe('escalation_ended')
    else expect(timers).toEqual(needed ? [needed] : [])
    expect((incident.resolvedAt === null) === (incident.state !== 'resolved')).toBe(true)
    expect(incident.acknowledgedAt !== null || incident.state !== 'acknowledged').toBe(true)
    if (incident.state !== 'resolved')
      expect((incident.silencedUntil !== null) === (incident.state === 'silenced')).toBe(true)
    const parent = incident.parentId ? now.find(({ id }) => id === incident.parentId) : undefined
    if (parent && incident.state !== 'resolved') {
      expect(parent.state).not.toBe('resolved')
      expect(isWorse(incident.severity, parent.severity)).toBe(false)
    }
  }
}

test('whatever happens in whatever order, no rule of incidents is ever broken', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyHappening, { minLength: 5, maxLength: 25 }), async (happenings) => {
      const { all, happen } = await beginStory()
      let before = new Map<string, Incident>()
      for (const happening of happenings) {
        await happen(happening)
        const now = await all()
        await check(now, before)
        before = new Map(now.map((one) => [one.id, one]))
      }
      expect(await house.watchdog()).toMatchObject({ lost: 0, orphans: 0 })
    }),
    { numRuns: 40 },
  )
}, 120_000)
