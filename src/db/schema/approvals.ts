import { sql } from 'drizzle-orm'
import { index, integer, jsonb, pgTable, serial, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core'
import type { ApprovalDecision, ApprovalRequest, ApprovalState } from '../shapes/approval.ts'
import { at, createdAt, id } from './columns.ts'
import { conversations } from './conversations.ts'
import { projects } from './projects.ts'
import { runs } from './runs.ts'
import { users } from './users.ts'

/** A question that waits for a person. Decided by compare-and-set, then applied once (design rule 4). */
export const approvals = pgTable(
  'approvals',
  {
    id: id(),
    /** The number people say: "approval 12". */
    number: serial().notNull(),
    conversationId: uuid()
      .notNull()
      .references(() => conversations.id),
    requestedBy: uuid().references(() => users.id),
    runId: uuid().references(() => runs.id),
    projectId: uuid().references(() => projects.id),
    /** The paused graph thread and its interrupt, when a graph asks; null when a command asks. */
    threadId: text(),
    interruptId: text(),
    request: jsonb().$type<ApprovalRequest>().notNull(),
    /** Hash of what the card showed: a decision counts only for the same content. */
    fingerprint: text().notNull(),
    state: text().$type<ApprovalState>().notNull().default('open'),
    version: integer().notNull().default(1),
    decision: jsonb().$type<ApprovalDecision>(),
    replacedBy: uuid(),
    createdAt: createdAt(),
    remindAt: at(),
    remindedAt: at(),
    expiresAt: at().notNull(),
    decidedAt: at(),
    appliedAt: at(),
  },
  (t) => [
    uniqueIndex('approvals_interrupt').on(t.threadId, t.interruptId, t.fingerprint),
    index('approvals_open').on(t.expiresAt).where(sql`${t.state} = 'open'`),
    index('approvals_unapplied')
      .on(t.decidedAt)
      .where(sql`${t.decidedAt} is not null and ${t.appliedAt} is null`),
    index('approvals_run').on(t.runId),
  ],
)
