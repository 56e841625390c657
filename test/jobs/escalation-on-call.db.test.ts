import { randomUUID } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { MINUTE_MS } from '../../src/clock.ts'
import { identities, inbox, outbox } from '../../src/db/schema/index.ts'
import { pagePerson } from '../../src/domain/alerting/page-person.ts'
import { ensureConversation } from '../../src/domain/conversations/conversations.ts'
import { setRotation } from '../../src/domain/oncall/rotations.ts'
import { whoIsOnCall } from '../../src/domain/oncall/who-is-on-call.ts'
import type { Person } from '../../src/domain/users/person.ts'
import { type EscalationHouse, openEscalationHouse } from './escalation-house.ts'

/** The rotation and the paging that are used in earnest. */
let house: EscalationHouse
let owner: Person
let anna: Person
let boris: Person
beforeEach(async () => {
  house = await openEscalationHouse()
  Object.assign(house.deps, { whoIsOnCall, page: pagePerson })
  owner = await house.person('Olga', 'owner')
  anna = await house.person('Anna')
  boris = await house.person('Boris')
})
afterEach(() => house.close())

/** They wrote to the bot alone once. */
const privateChatOf = async ({ id }: Person): Promise<string> => {
  const [account] = await house.db.select().from(identities).where(eq(identities.userId, id))
  if (!account) throw new Error('a person has an account')
  const { platform, platformUserId } = account
  const chat = await ensureConversation(house.db, {
    key: `telegram:${platformUserId}`,
    platform,
    kind: 'private',
  })
  await house.db.insert(inbox).values({
    conversationId: chat.id,
    platform,
    eventId: randomUUID(),
    lane: 'turn',
    platformUserId,
    body: { kind: 'text', text: 'hello' } as never,
    state: 'done',
  })
  return chat.id
}
const shownIn = async (conversationId: string, incidentId: string): Promise<boolean> => {
  const said = await house.db.select().from(outbox).where(eq(outbox.conversationId, conversationId))
  return said.some(({ content }) => content.type === 'view' && content.args.id === incidentId)
}

test('an incident a minute before the hand-over wakes first the one, then the other', async () => {
  const [annas, boriss] = [await privateChatOf(anna), await privateChatOf(boris)]
  // The clock of tests stands at noon of 2030-01-01, UTC.
  await house.db.transaction((tx) =>
    setRotation(
      tx,
      {
        timeZone: 'UTC',
        handOverAt: '13:00',
        everyDays: 1,
        startsOn: '2029-12-31',
        members: [anna.id, boris.id],
        now: house.clock.now(),
      },
      { person: owner, surface: 'telegram' },
    ),
  )
  await house.clock.advance(59 * MINUTE_MS)
  const { incident } = await house.report()
  await house.escalation()
  expect(await house.paged(incident.id)).toEqual(['Anna'])
  expect(await shownIn(annas, incident.id)).toBe(true)
  expect(await shownIn(boriss, incident.id)).toBe(false)
  await house.pass(5 * MINUTE_MS)
  expect(await house.paged(incident.id)).toEqual(['Anna', 'Boris'])
  expect(await shownIn(boriss, incident.id)).toBe(true)
})

test('somebody on call who never wrote to the bot is passed over at once, and that is said', async () => {
  await privateChatOf(owner)
  await house.db.transaction((tx) =>
    setRotation(
      tx,
      {
        timeZone: 'UTC',
        handOverAt: '09:00',
        everyDays: 7,
        startsOn: '2029-12-31',
        members: [anna.id],
        now: house.clock.now(),
      },
      { person: owner, surface: 'telegram' },
    ),
  )
  const { incident } = await house.report()
  await house.escalation()
  expect(await house.paged(incident.id)).toEqual(['Olga'])
  expect(await house.events(incident.id)).toEqual(['opened', 'page_failed', 'paged'])
})

test('an installation without any rotation wakes its admins at once', async () => {
  await privateChatOf(owner)
  const { incident } = await house.report()
  await house.escalation()
  expect(await house.paged(incident.id)).toEqual(['Olga'])
})
