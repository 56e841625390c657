import { sql } from 'drizzle-orm'
import { index, integer, jsonb, pgTable, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core'
import type { TaskFailure, TaskState, WorkerType } from '../shapes/task.ts'
import { agents } from './agents.ts'
import { at, createdAt, id } from './columns.ts'
import { conversations } from './conversations.ts'
import { projects } from './projects.ts'
import { runs } from './runs.ts'
import { users } from './users.ts'

/** One piece of work for one worker. Which worker is a `routing_decisions` row; there may be several, one at a time. */
export const tasks = pgTable(
  'tasks',
  {
    id: id(),
    /** The number people say: "task 12". */
    number: integer().generatedAlwaysAsIdentity().notNull(),
    /** What asked for it: asking again after a crash finds the same task. */
    originKey: text().notNull(),
    workType: text().notNull(),
    agentType: text().$type<WorkerType>().notNull(),
    title: text().notNull(),
    /** Ids and short facts; what the handler of the work type reads. */
    input: jsonb().$type<Record<string, unknown>>().notNull(),
    projectId: uuid().references(() => projects.id),
    runId: uuid().references(() => runs.id),
    conversationId: uuid().references(() => conversations.id),
    requestedBy: uuid().references(() => users.id),
    /** Whose prompt and model do it; null where no model does. */
    agentId: uuid().references(() => agents.id, { onDelete: 'set null' }),
    /** The same for people, after the agent is gone. */
    agentName: text(),
    /** Why this agent: `addressed`, `orchestrator: …`, `role`. */
    agentReason: text(),
    timeoutMs: integer().notNull(),
    state: text().$type<TaskState>().notNull().default('waiting'),
    result: jsonb().$type<Record<string, unknown>>(),
    failure: jsonb().$type<TaskFailure>(),
    createdAt: createdAt(),
    finishedAt: at(),
  },
  (t) => [
    uniqueIndex('tasks_origin').on(t.originKey),
    uniqueIndex('tasks_number').on(t.number),
    index('tasks_open').on(t.createdAt).where(sql`${t.state} in ('waiting', 'routed')`),
    index('tasks_run').on(t.runId),
    index('tasks_conversation').on(t.conversationId, t.createdAt),
    index('tasks_agent').on(t.agentId, t.createdAt),
  ],
)
