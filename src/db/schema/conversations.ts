import { sql } from 'drizzle-orm'
import {
  bigserial,
  boolean,
  index,
  integer,
  jsonb,
  pgTable,
  smallint,
  text,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core'
import type { InboxBody } from '../shapes/incoming.ts'
import type { DeliveredPart, OutboxContent } from '../shapes/outgoing.ts'
import { at, createdAt, id } from './columns.ts'
import type { Lang } from './users.ts'

/** A place where people and the bot talk: a chat, a topic, a thread. The id is derived from the key. */
export const conversations = pgTable('conversations', {
  id: uuid().primaryKey(),
  /** Platform and address, e.g. `telegram:777:-100123:5`, `slack:T1:C1:1700000000.0001`, `console:local`. */
  key: text().notNull().unique(),
  platform: text().notNull(),
  kind: text().$type<'private' | 'group'>().notNull(),
  lang: text().$type<Lang>(),
  createdAt: createdAt(),
})

/** What people said or pressed. A row exists before the platform is told that we have it (design rule 1). */
export const inbox = pgTable(
  'inbox',
  {
    id: id(),
    seq: bigserial({ mode: 'number' }).notNull(),
    conversationId: uuid()
      .notNull()
      .references(() => conversations.id),
    platform: text().notNull(),
    /** The platform's own id of the delivery: a redelivery finds the row already there. */
    eventId: text().notNull(),
    /** Names the message itself where a platform announces one message by several events (Slack). */
    messageKey: text(),
    /** `turn` waits its turn in the conversation; `action` (commands, buttons, forms) never waits. */
    lane: text().$type<'turn' | 'action'>().notNull(),
    platformUserId: text().notNull(),
    body: jsonb().$type<InboxBody>().notNull(),
    state: text().$type<'pending' | 'done' | 'failed'>().notNull().default('pending'),
    attempts: integer().notNull().default(0),
    /** Who works on an action, and until when that is believed; a dead process's claim runs out. */
    claimedBy: text(),
    claimedUntil: at(),
    turnId: uuid(),
    receivedAt: createdAt(),
    doneAt: at(),
  },
  (t) => [
    uniqueIndex('inbox_event').on(t.platform, t.eventId),
    uniqueIndex('inbox_message').on(t.platform, t.messageKey),
    index('inbox_pending').on(t.lane, t.conversationId, t.seq).where(sql`${t.state} = 'pending'`),
    index('inbox_turn').on(t.turnId),
    index('inbox_person').on(t.platform, t.platformUserId, t.receivedAt),
  ],
)

/** What the bot says: one row per logical message; an edit raises `version` (design rule 5). */
export const outbox = pgTable(
  'outbox',
  {
    id: id(),
    seq: bigserial({ mode: 'number' }).notNull(),
    conversationId: uuid()
      .notNull()
      .references(() => conversations.id),
    /** Idempotency key: saying the same thing again after a crash finds the row already there. */
    key: text().notNull(),
    content: jsonb().$type<OutboxContent>().notNull(),
    /** Higher overtakes lower within a conversation: 0 talk, 10 alerts. */
    priority: smallint().notNull().default(0),
    /** Platform reference of the message this one answers. */
    replyTo: text(),
    /** The person whose language is used and, for `onlyTo` contents, the only one who sees it. */
    readerId: uuid(),
    version: integer().notNull().default(1),
    deliveredVersion: integer().notNull().default(0),
    /** True while a model is still writing: delivery may skip versions, but never the last. */
    streaming: boolean().notNull().default(false),
    state: text().$type<'pending' | 'sending' | 'delivered' | 'failed'>().notNull().default('pending'),
    parts: jsonb().$type<DeliveredPart[]>().notNull().default([]),
    attempts: integer().notNull().default(0),
    notBefore: at().notNull().defaultNow(),
    claimedBy: text(),
    claimedUntil: at(),
    error: text(),
    createdAt: createdAt(),
    deliveredAt: at(),
  },
  (t) => [
    uniqueIndex('outbox_key').on(t.key),
    index('outbox_due').on(t.conversationId, t.seq).where(sql`${t.state} in ('pending', 'sending')`),
    index('outbox_conversation').on(t.conversationId, t.seq),
    index('outbox_view')
      .using('gin', sql`${t.content} jsonb_path_ops`)
      .where(sql`${t.content} ->> 'type' = 'view'`),
  ],
)

/** One answer to one batch of texts. Survives a crash: the batch is answered under the same id again. */
export const turns = pgTable(
  'turns',
  {
    id: id(),
    conversationId: uuid()
      .notNull()
      .references(() => conversations.id),
    state: text().$type<'running' | 'done' | 'failed' | 'stopped'>().notNull().default('running'),
    attempts: integer().notNull().default(0),
    reference: text(),
    startedAt: createdAt(),
    finishedAt: at(),
  },
  (t) => [index('turns_running').on(t.conversationId).where(sql`${t.state} = 'running'`)],
)
