import { index, integer, pgTable, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core'
import type { DeploymentState } from '../shapes/deployment.ts'
import { at, createdAt, id } from './columns.ts'
import { projects } from './projects.ts'
import { runs } from './runs.ts'

/** Ports of this machine that services listen on. The primary key is what keeps two services apart. */
export const ports = pgTable('ports', {
  port: integer().primaryKey(),
  projectId: uuid()
    .notNull()
    .unique()
    .references(() => projects.id),
  allocatedAt: createdAt(),
})

/** Written before a deployment is tried, closed with how it went (design rule 7). One per run. */
export const deployments = pgTable(
  'deployments',
  {
    id: id(),
    projectId: uuid()
      .notNull()
      .references(() => projects.id),
    runId: uuid()
      .notNull()
      .references(() => runs.id),
    target: text().notNull().default('local'),
    version: text().notNull(),
    port: integer().notNull(),
    url: text().notNull(),
    state: text().$type<DeploymentState>().notNull().default('planned'),
    detail: text(),
    createdAt: createdAt(),
    finishedAt: at(),
  },
  (t) => [
    uniqueIndex('deployments_run').on(t.runId),
    index('deployments_project').on(t.projectId, t.createdAt),
  ],
)
