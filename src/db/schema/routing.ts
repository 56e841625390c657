import { sql } from 'drizzle-orm'
import {
  boolean,
  doublePrecision,
  index,
  integer,
  jsonb,
  pgTable,
  text,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core'
import type { DecisionOutcome, RunnerUp, TaskFailure, WorkerType } from '../shapes/task.ts'
import { agents } from './agents.ts'
import { at, createdAt, id } from './columns.ts'
import { tasks } from './tasks.ts'

/** the running workers. A process has one row for each kind of work it takes; a restart finds its rows again. */
export const agentRegistry = pgTable(
  'agent_registry',
  {
    agentId: uuid().primaryKey().defaultRandom(),
    /** What people call it: `build-1.code`. */
    name: text().notNull(),
    /** The process behind it as of now; the name of the queue its work comes by. */
    processId: text().notNull(),
    agentType: text().$type<WorkerType>().notNull(),
    poolName: text().notNull(),
    /** The work types it can do. */
    capabilities: text().array().notNull(),
    specializations: text().array().notNull().default(sql`'{}'::text[]`),
    status: text().$type<'online' | 'offline' | 'busy'>().notNull().default('offline'),
    /** Takes nothing new, and finishes what it has. */
    draining: boolean().notNull().default(false),
    /** How many tasks at once; null for as many as come. */
    concurrencyLimit: integer(),
    lastHeartbeatAt: at(),
    /** When it last finished something; null for never. */
    lastActiveAt: at(),
    createdAt: createdAt(),
    updatedAt: at().notNull().defaultNow(),
  },
  (t) => [
    uniqueIndex('agent_registry_name').on(t.name),
    index('agent_registry_type_status').on(t.agentType, t.status),
    index('agent_registry_pool').on(t.poolName),
    index('agent_registry_process').on(t.processId),
  ],
)

/** how well a worker does a work type. */
export const agentPerformance = pgTable(
  'agent_performance',
  {
    id: integer().primaryKey().generatedAlwaysAsIdentity(),
    agentId: uuid()
      .notNull()
      .references(() => agentRegistry.agentId, { onDelete: 'cascade' }),
    workType: text().notNull(),
    successCount: integer().notNull().default(0),
    failureCount: integer().notNull().default(0),
    totalDurationMs: doublePrecision().notNull().default(0),
    lastExecutionAt: at(),
    difficultyAssessment: text().$type<'straightforward' | 'tricky' | 'failed'>(),
    createdAt: createdAt(),
    updatedAt: at().notNull().defaultNow(),
  },
  (t) => [uniqueIndex('agent_performance_agent_work').on(t.agentId, t.workType)],
)

/** every decision, why it was made and how it came out. */
export const routingDecisions = pgTable(
  'routing_decisions',
  {
    id: id(),
    taskId: uuid().references(() => tasks.id, { onDelete: 'set null' }),
    workType: text().notNull(),
    agentType: text().$type<WorkerType>().notNull(),
    agentPool: text().notNull(),
    selectedAgentId: uuid().references(() => agentRegistry.agentId, { onDelete: 'set null' }),
    /** The worker's name, after the worker is gone. */
    selectedAgentName: text().notNull(),
    /** Whose prompt and model did it, if a model did. */
    performedBy: uuid().references(() => agents.id, { onDelete: 'set null' }),
    performedByName: text(),
    score: doublePrecision().notNull(),
    successPoints: doublePrecision().notNull(),
    contextPoints: doublePrecision().notNull(),
    specializationPoints: doublePrecision().notNull(),
    loadPoints: doublePrecision().notNull(),
    runnersUp: jsonb().$type<RunnerUp[]>().notNull().default([]),
    /** 0 to 100; null with too few executions to say. */
    successRatePercent: integer(),
    specializationMatch: boolean().notNull().default(false),
    recentContextMatch: boolean().notNull().default(false),
    /** 1 for the first. */
    attempt: integer().notNull().default(1),
    retried: boolean().notNull().default(false),
    reason: text().notNull(),
    outcome: text().$type<DecisionOutcome>().notNull().default('pending'),
    failure: jsonb().$type<TaskFailure>(),
    createdAt: createdAt(),
    startedAt: at(),
    finishedAt: at(),
    /** Past this it has taken too long. */
    deadlineAt: at(),
    durationMs: integer(),
  },
  (t) => [
    index('routing_decisions_task').on(t.taskId, t.createdAt),
    index('routing_decisions_agent').on(t.selectedAgentId, t.createdAt),
    index('routing_decisions_performer').on(t.performedBy, t.createdAt),
    index('routing_decisions_work').on(t.workType, t.createdAt),
    index('routing_decisions_at').on(t.createdAt),
    index('routing_decisions_open')
      .on(t.selectedAgentId, t.createdAt)
      .where(sql`${t.outcome} in ('pending', 'running')`),
    uniqueIndex('routing_decisions_one_open_per_task')
      .on(t.taskId)
      .where(sql`${t.outcome} in ('pending', 'running')`),
  ],
)
