import { sql } from 'drizzle-orm'
import { boolean, index, integer, jsonb, pgTable, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core'
import type { CheckFacts, CheckKind, CheckTarget, ServerSource, ServerStatus } from '../shapes/server.ts'
import { at, createdAt, id } from './columns.ts'
import { projects } from './projects.ts'

/** M-3: machines that services run on, or will. */
export const servers = pgTable(
  'servers',
  {
    id: id(),
    name: text().notNull(),
    source: text().$type<ServerSource>().notNull(),
    /** What its source calls it; it never changes. */
    externalId: text().notNull(),
    address: text().notNull(),
    sshPort: integer().notNull().default(22),
    sshUser: text().notNull().default('root'),
    status: text().$type<ServerStatus>().notNull().default('discovered'),
    version: integer().notNull().default(1),
    facts: jsonb().$type<Record<string, string | number>>().notNull().default({}),
    /** Listed by its source as of then; in how many listings in a row it was missing since. */
    lastListedAt: at(),
    missedListings: integer().notNull().default(0),
    createdAt: createdAt(),
    updatedAt: at().notNull().defaultNow(),
  },
  (t) => [
    uniqueIndex('servers_identity').on(t.source, t.externalId),
    uniqueIndex('servers_name').on(sql`lower(${t.name})`).where(sql`${t.status} <> 'retired'`),
  ],
)

/** Every move of a server's status, with who and why. */
export const serverEvents = pgTable(
  'server_events',
  {
    id: id(),
    serverId: uuid()
      .notNull()
      .references(() => servers.id),
    from: text().$type<ServerStatus>(),
    to: text().$type<ServerStatus>().notNull(),
    actor: text().notNull(),
    reason: text().notNull(),
    at: createdAt(),
  },
  (t) => [index('server_events_server').on(t.serverId, t.at)],
)

/** M-8: something that is looked at again and again. */
export const checks = pgTable(
  'checks',
  {
    id: id(),
    /** `service:<project id>`, `server:<server id>:ssh`, …: one check of a thing and kind. */
    key: text().notNull(),
    kind: text().$type<CheckKind>().notNull(),
    target: jsonb().$type<CheckTarget>().notNull(),
    projectId: uuid().references(() => projects.id),
    serverId: uuid().references(() => servers.id),
    intervalMs: integer().notNull(),
    timeoutMs: integer().notNull(),
    /** After how many failures in a row it is wrong, and after how many successes it is right again. */
    failAfter: integer().notNull().default(3),
    recoverAfter: integer().notNull().default(2),
    /** Off for what was stopped on purpose. */
    enabled: boolean().notNull().default(true),
    state: text().$type<'unknown' | 'ok' | 'failing'>().notNull().default('unknown'),
    failures: integer().notNull().default(0),
    successes: integer().notNull().default(0),
    lastCheckedAt: at(),
    lastOkAt: at(),
    lastError: text(),
    latencyMs: integer(),
    facts: jsonb().$type<CheckFacts>().notNull().default({}),
    nextAt: at().notNull().defaultNow(),
    /** Taken by a process until then; a result that comes later counts for nothing. */
    claimedUntil: at(),
    claim: uuid(),
    createdAt: createdAt(),
  },
  (t) => [
    uniqueIndex('checks_key').on(t.key),
    index('checks_due').on(t.nextAt).where(sql`${t.enabled}`),
    index('checks_project').on(t.projectId),
    index('checks_server').on(t.serverId),
  ],
)
