import { sql } from 'drizzle-orm'
import { index, jsonb, pgTable, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core'
import type { RunFailure, RunKind, RunPlan, RunProgress, RunResult, RunStatus } from '../shapes/run.ts'
import { at, createdAt, id } from './columns.ts'
import { conversations } from './conversations.ts'
import { projects } from './projects.ts'
import { users } from './users.ts'

/** One piece of work on one project, from the request to the deployment. Its graph thread is `run:<id>`. */
export const runs = pgTable(
  'runs',
  {
    id: id(),
    projectId: uuid()
      .notNull()
      .references(() => projects.id),
    conversationId: uuid()
      .notNull()
      .references(() => conversations.id),
    requestedBy: uuid()
      .notNull()
      .references(() => users.id),
    kind: text().$type<RunKind>().notNull(),
    request: text().notNull(),
    /** What asked for the run, e.g. a tool call's id: asking again after a crash finds the same run. */
    originKey: text().notNull(),
    status: text().$type<RunStatus>().notNull().default('queued'),
    progress: jsonb().$type<RunProgress>().notNull(),
    plan: jsonb().$type<RunPlan>(),
    result: jsonb().$type<RunResult>(),
    failure: jsonb().$type<RunFailure>(),
    /** Who said "approve all for this run". */
    autoApprovedBy: uuid().references(() => users.id),
    stoppedBy: uuid().references(() => users.id),
    createdAt: createdAt(),
    startedAt: at(),
    finishedAt: at(),
  },
  (t) => [
    uniqueIndex('runs_origin').on(t.originKey),
    index('runs_project').on(t.projectId, t.createdAt),
    uniqueIndex('runs_one_live_per_project')
      .on(t.projectId)
      .where(sql`${t.status} in ('queued', 'running', 'waiting')`),
    index('runs_live').on(t.conversationId).where(sql`${t.status} in ('queued', 'running', 'waiting')`),
  ],
)
