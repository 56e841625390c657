import { sql } from 'drizzle-orm'
import {
  type AnyPgColumn,
  index,
  integer,
  jsonb,
  pgTable,
  serial,
  text,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core'
import type {
  EscalationStep,
  IncidentEventKind,
  IncidentFacts,
  IncidentKind,
  IncidentState,
  PageOutcome,
  Resolution,
  Severity,
} from '../shapes/incident.ts'
import { at, createdAt, id } from './columns.ts'
import { conversations } from './conversations.ts'
import { projects } from './projects.ts'
import { runs } from './runs.ts'
import { servers } from './servers.ts'
import { users } from './users.ts'

/** M-10: something that is wrong. One open incident for each thing, kept so by the database. */
export const incidents = pgTable(
  'incidents',
  {
    id: id(),
    /** The number people say: "incident 42". */
    number: serial().notNull(),
    /** What is wrong with what: `service_unhealthy:<project id>`. */
    key: text().notNull(),
    kind: text().$type<IncidentKind>().notNull(),
    severity: text().$type<Severity>().notNull(),
    state: text().$type<IncidentState>().notNull().default('open'),
    /** Counts the moves; a click carries the one it saw. */
    version: integer().notNull().default(1),
    /** What it is about, in words a person knows: the project, the server, or a line somebody wrote. */
    subject: text().notNull(),
    facts: jsonb().$type<IncidentFacts>().notNull().default({}),
    projectId: uuid().references(() => projects.id),
    serverId: uuid().references(() => servers.id),
    runId: uuid().references(() => runs.id),
    /** The bigger incident that explains this one; only the bigger one is told of. */
    parentId: uuid().references((): AnyPgColumn => incidents.id),
    occurrences: integer().notNull().default(1),
    reopenings: integer().notNull().default(0),
    openedAt: at().notNull(),
    lastSeenAt: at().notNull(),
    assigneeId: uuid().references(() => users.id),
    acknowledgedBy: uuid().references(() => users.id),
    acknowledgedAt: at(),
    silencedUntil: at(),
    silencedBy: uuid().references(() => users.id),
    resolvedAt: at(),
    resolvedBy: uuid().references(() => users.id),
    resolution: text().$type<Resolution>(),
    note: text(),
    /** The chain as it was when the incident began: later edits do not change what is under way (M-12). */
    escalation: jsonb().$type<EscalationStep[]>(),
    recoveryAttempts: integer().notNull().default(0),
  },
  (t) => [
    uniqueIndex('incidents_number').on(t.number),
    uniqueIndex('incidents_one_open').on(t.key).where(sql`${t.state} <> 'resolved'`),
    index('incidents_key').on(t.key, t.resolvedAt),
    index('incidents_open').on(t.severity, t.openedAt).where(sql`${t.state} <> 'resolved'`),
    index('incidents_parent').on(t.parentId),
    index('incidents_project').on(t.projectId, t.openedAt),
  ],
)

/** What happened to an incident; only ever inserted. */
export const incidentEvents = pgTable(
  'incident_events',
  {
    id: id(),
    incidentId: uuid()
      .notNull()
      .references(() => incidents.id, { onDelete: 'cascade' }),
    seq: serial().notNull(),
    kind: text().$type<IncidentEventKind>().notNull(),
    /** A person's name, or `system`. */
    actor: text().notNull(),
    userId: uuid().references(() => users.id),
    surface: text().notNull(),
    detail: jsonb().$type<IncidentFacts>().notNull().default({}),
    at: createdAt(),
  },
  (t) => [index('incident_events_incident').on(t.incidentId, t.seq)],
)

/** One thing that is to happen to an incident at a time; rows, so that no crash loses one (M-12). */
export const incidentTimers = pgTable(
  'incident_timers',
  {
    id: id(),
    incidentId: uuid()
      .notNull()
      .references(() => incidents.id, { onDelete: 'cascade' }),
    kind: text().$type<'escalate' | 'remind' | 'unsilence'>().notNull(),
    /** Of the frozen chain, for `escalate`. */
    step: integer().notNull().default(0),
    /** How often the chain was gone through from the start. */
    round: integer().notNull().default(0),
    dueAt: at().notNull(),
    /** Changes with every claim: who holds an older one does nothing. */
    fence: integer().notNull().default(0),
    claimedUntil: at(),
  },
  (t) => [
    uniqueIndex('incident_timers_one').on(t.incidentId, t.kind),
    index('incident_timers_due').on(t.dueAt),
  ],
)

/** Every attempt to reach a person or a chat about an incident, with what became of it. */
export const pages = pgTable(
  'pages',
  {
    id: id(),
    incidentId: uuid()
      .notNull()
      .references(() => incidents.id, { onDelete: 'cascade' }),
    userId: uuid().references(() => users.id),
    conversationId: uuid().references(() => conversations.id),
    /** The message that carries it, by its key in the outbox. */
    outboxKey: text(),
    outcome: text().$type<PageOutcome>().notNull(),
    /** A short word: why it failed, or why nobody was paged. */
    reason: text(),
    /** Of one person: 0 is the channel they prefer. */
    attempt: integer().notNull().default(0),
    /** Tells a repetition after a crash from a page of a later step. */
    occasion: text().notNull(),
    createdAt: createdAt(),
    settledAt: at(),
  },
  (t) => [
    uniqueIndex('pages_once').on(t.incidentId, t.occasion, t.userId, t.attempt),
    index('pages_chat').on(t.conversationId, t.createdAt),
    index('pages_open').on(t.createdAt).where(sql`${t.outcome} = 'queued'`),
  ],
)

/** Which chats want to hear of what (B-7). */
export const alertSubscriptions = pgTable(
  'alert_subscriptions',
  {
    id: id(),
    conversationId: uuid()
      .notNull()
      .references(() => conversations.id),
    /** Null for all of them. */
    projectId: uuid().references(() => projects.id),
    least: text().$type<Severity>().notNull(),
    createdBy: uuid().references(() => users.id),
    createdAt: createdAt(),
  },
  (t) => [
    uniqueIndex('alert_subscriptions_scope').on(
      t.conversationId,
      sql`coalesce(${t.projectId}, '00000000-0000-0000-0000-000000000000'::uuid)`,
    ),
  ],
)

/** Who is asked in which order when nobody answers; the project's own, or the one for all. */
export const escalationChains = pgTable(
  'escalation_chains',
  {
    id: id(),
    projectId: uuid().references(() => projects.id),
    steps: jsonb().$type<EscalationStep[]>().notNull(),
    updatedBy: uuid().references(() => users.id),
    updatedAt: at().notNull().defaultNow(),
  },
  (t) => [
    uniqueIndex('escalation_chains_scope').on(
      sql`coalesce(${t.projectId}, '00000000-0000-0000-0000-000000000000'::uuid)`,
    ),
  ],
)
