import { doublePrecision, index, integer, pgTable, text, uuid } from 'drizzle-orm/pg-core'
import { createdAt, id } from './columns.ts'

/** Every call of a model, with what it used (G-12). Kept when the project or agent is gone: no references. */
export const modelCalls = pgTable(
  'model_calls',
  {
    id: id(),
    agent: text().notNull(),
    agentId: uuid(),
    model: text().notNull(),
    projectId: uuid(),
    runId: uuid(),
    conversationId: uuid(),
    userId: uuid(),
    inputTokens: integer().notNull().default(0),
    outputTokens: integer().notNull().default(0),
    /** US dollars; 0 where the price is unknown. */
    cost: doublePrecision().notNull().default(0),
    durationMs: integer().notNull(),
    outcome: text().notNull(),
    at: createdAt(),
  },
  (t) => [
    index('model_calls_run').on(t.runId),
    index('model_calls_project').on(t.projectId, t.at),
    index('model_calls_agent').on(t.agentId, t.at),
    index('model_calls_at').on(t.at),
  ],
)
