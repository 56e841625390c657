import { randomUUID } from 'node:crypto'
import { like } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { outbox, pages } from '../../../src/db/schema/index.ts'
import { ensureConversation } from '../../../src/domain/conversations/conversations.ts'
import { say } from '../../../src/domain/conversations/outbox.ts'
import type { Incident } from '../../../src/domain/incidents/incident.ts'
import { acknowledge } from '../../../src/domain/incidents/moves.ts'
import type { Project } from '../../../src/domain/projects/projects.ts'
import type { Person } from '../../../src/domain/users/person.ts'
import { tellIncidents } from '../../../src/graph/nodes/tell-incidents.ts'
import type { PoDeps, PoSession } from '../../../src/graph/session.ts'
import { type House, openHouse } from '../../domain/incidents/house.ts'

let house: House
let ann: Person
let project: Project
let chat: string
let woken: string[]
beforeAll(async () => {
  house = await openHouse()
})
afterAll(() => house.close())
beforeEach(async () => {
  ann = await house.person('Ann', 'member')
  project = await house.project(ann.id)
  chat = (await house.chat()).id
  woken = []
})

/** Somebody says something in a chat. */
const speaks = async (person = ann, conversationId = chat): Promise<void> => {
  const deps = { db: house.db, wake: { deliver: async (id: string) => void woken.push(id) } }
  const session = { conversationId, person, lease: { assertHeld: async () => {} } }
  await tellIncidents(deps as unknown as PoDeps, session as unknown as PoSession)
}
const breaks = async (over: Parameters<House['report']>[0] = {}): Promise<Incident> =>
  (await house.report({ key: randomUUID(), projectId: project.id, ...over })).incident
const told = async ({ id }: Incident) =>
  (
    await house.db
      .select()
      .from(outbox)
      .where(like(outbox.key, `incident:${id}:told:%`))
      .orderBy(outbox.seq)
  ).map(({ conversationId, content }) => ({ conversationId, content }))

describe('whoever talks to prorab', () => {
  test('hears first of what is wrong with their project, once, wherever they talk', async () => {
    const incident = await breaks()
    await speaks()
    expect(woken).toEqual([chat])
    await speaks()
    await speaks(ann, (await house.chat()).id)
    expect(await told(incident)).toEqual([
      { conversationId: chat, content: { type: 'view', view: 'incident', args: { id: incident.id } } },
    ])
    expect(woken).toEqual([chat])
  })

  test('hears of it although somebody else was told', async () => {
    const incident = await breaks({ severity: 'warning' })
    const boris = await house.person('Boris')
    await house.db.insert(pages).values({
      incidentId: incident.id,
      userId: boris.id,
      outcome: 'delivered',
      occasion: 'escalate:0',
    })
    await speaks()
    await speaks(boris, (await house.chat()).id)
    expect(await told(incident)).toHaveLength(2)
  })

  test('hears in the chat of a project what is wrong with it, whosever it is', async () => {
    const incident = await breaks()
    await speaks(await house.person('Guest', 'viewer'), project.conversationId ?? '')
    expect(await told(incident)).toHaveLength(1)
  })

  test('does not hear of what is nobody of theirs, small, silent, in their hands, or over', async () => {
    const stranger = await house.person('Stranger', 'member')
    const plain = await breaks()
    await speaks(stranger)
    const small = await breaks({ severity: 'info' })
    const mine = await breaks()
    await house.move(acknowledge, { id: mine.id, person: ann })
    const over = await breaks({ key: `over:${project.id}` })
    await house.heal(`over:${project.id}`)
    await speaks()
    expect(await told(plain)).toHaveLength(1)
    for (const one of [small, mine, over]) expect(await told(one)).toEqual([])
  })

  test('is not shown twice what stands in this chat already', async () => {
    const incident = await breaks()
    await say(house.db, {
      conversationId: chat,
      key: `incident:${incident.id}:${chat}`,
      content: { type: 'view', view: 'incident', args: { id: incident.id } },
    })
    await speaks()
    expect(await told(incident)).toEqual([])
    expect(woken).toEqual([])
  })

  test('is not buried in cards: the three worst come first, the others the next time', async () => {
    const all = await Promise.all(
      (['warning', 'critical', 'warning', 'critical'] as const).map((severity) => breaks({ severity })),
    )
    await speaks()
    const first = await Promise.all(all.map(async (one) => (await told(one)).length))
    expect(first.reduce((sum, count) => sum + count, 0)).toBe(3)
    expect([first[1], first[3]]).toEqual([1, 1])
    await speaks()
    for (const one of all) expect(await told(one)).toHaveLength(1)
  })

  test('is told of nothing when nothing is wrong', async () => {
    const { id } = await ensureConversation(house.db, {
      key: `telegram:${randomUUID()}`,
      platform: 'telegram',
      kind: 'private',
    })
    await speaks(ann, id)
    expect(woken).toEqual([])
  })
})
