import { randomUUID } from 'node:crypto'
import { eq } from 'drizzle-orm'
import type { Transaction } from '../../../src/db/client.ts'
import { alertSubscriptions, incidentEvents, incidentTimers, servers } from '../../../src/db/schema/index.ts'
import type { Severity } from '../../../src/db/shapes/incident.ts'
import { type Conversation, ensureConversation } from '../../../src/domain/conversations/conversations.ts'
import { findIncident } from '../../../src/domain/incidents/find.ts'
import { heal } from '../../../src/domain/incidents/heal.ts'
import type { Incident } from '../../../src/domain/incidents/incident.ts'
import type { MoveOutcome, MoveRequest } from '../../../src/domain/incidents/move.ts'
import { type Finding, type Reported, report } from '../../../src/domain/incidents/report.ts'
import { createProject, type Project } from '../../../src/domain/projects/projects.ts'
import { admit } from '../../../src/domain/users/admit.ts'
import type { Person } from '../../../src/domain/users/person.ts'
import { agentSeeds } from '../../../src/graph/prompts/seeds.ts'
import { createTestDatabase } from '../../support/database.ts'
import { createManualClock } from '../../support/manual-clock.ts'

/** People, projects and servers in a database of their own, and a clock that only tests move. */
export const openHouse = async () => {
  const base = await createTestDatabase()
  const { db } = base
  const clock = createManualClock()

  const person = (name: string, role: Person['role'] = 'operator'): Promise<Person> =>
    db.transaction((tx) =>
      admit(tx, { platform: 'telegram', platformUserId: `${name}-${randomUUID()}`, name }, role),
    )
  const chat = (): Promise<Conversation> =>
    ensureConversation(db, { key: `telegram:${randomUUID()}`, platform: 'telegram', kind: 'group' })
  const project = async (ownerId: string): Promise<Project> => {
    const name = `p${randomUUID().slice(0, 8)}`
    const { id: conversationId } = await chat()
    return db.transaction((tx) =>
      createProject(
        tx,
        { name, title: name, description: '', ownerId, conversationId },
        agentSeeds().starterPack,
      ),
    )
  }
  const server = async (source: 'inventory' | 'hetzner' = 'hetzner'): Promise<string> => {
    const [row] = await db
      .insert(servers)
      .values({ name: randomUUID(), source, externalId: randomUUID(), address: '192.0.2.1' })
      .returning()
    return row?.id ?? ''
  }
  const find = async (id: string): Promise<Incident> => {
    const incident = await findIncident(db, id)
    if (!incident) throw new Error('the incident is there')
    return incident
  }

  return {
    ...base,
    clock,
    person,
    chat,
    project,
    server,
    find,
    /** A service is down, unless told otherwise. */
    report: (finding: Partial<Finding> = {}): Promise<Reported> =>
      db.transaction((tx) => report(tx, { ...serviceDown(), now: clock.now(), ...finding })),
    heal: (key: string) => db.transaction((tx) => heal(tx, { key, now: clock.now() })),
    /** Makes a move as a person would, now. */
    move: <R extends MoveRequest>(
      verb: (tx: Transaction, request: R) => Promise<MoveOutcome>,
      request: Omit<R, 'by' | 'now'> & { person: Person | null },
    ): Promise<MoveOutcome> => {
      const { person: who, ...rest } = request
      const by = who ? { person: who, surface: 'telegram' } : { person: null, surface: 'system' }
      return db.transaction((tx) => verb(tx, { ...rest, by, now: clock.now() } as unknown as R))
    },
    subscribe: async (least: Severity = 'info', projectId?: string): Promise<string> => {
      const { id: conversationId } = await chat()
      await db.insert(alertSubscriptions).values({ conversationId, least, projectId })
      return conversationId
    },
    events: async (id: string) =>
      (
        await db
          .select()
          .from(incidentEvents)
          .where(eq(incidentEvents.incidentId, id))
          .orderBy(incidentEvents.seq)
      ).map(({ kind }) => kind),
    timers: (id: string) => db.select().from(incidentTimers).where(eq(incidentTimers.incidentId, id)),
  }
}

export type House = Awaited<ReturnType<typeof openHouse>>

export const serviceDown = (): Omit<Finding, 'now'> => ({
  kind: 'service_unhealthy',
  key: `service_unhealthy:${randomUUID()}`,
  severity: 'critical',
  subject: 'url-shortener',
  facts: { reason: 'connection refused' },
})
