import { sql } from 'drizzle-orm'
import { boolean, index, integer, jsonb, pgTable, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core'
import type { AgentChange, AgentConfig, AgentRole } from '../shapes/agent.ts'
import { at, createdAt, id } from './columns.ts'
import { projects } from './projects.ts'
import { users } from './users.ts'

/** every agent, the system's (no user, no project) and each project's own. */
export const agents = pgTable(
  'agents',
  {
    id: id(),
    name: text().notNull(),
    role: text().$type<AgentRole>().notNull(),
    userId: uuid().references(() => users.id),
    projectId: uuid().references(() => projects.id),
    config: jsonb().$type<AgentConfig>().notNull(),
    status: text().$type<'ready' | 'error'>().notNull().default('ready'),
    isActive: boolean().notNull().default(true),
    isDefault: boolean().notNull().default(false),
    version: integer().notNull().default(1),
    /** The config the seed files had when they last went in; what differs from it was changed by a person. */
    seeded: jsonb().$type<AgentConfig>(),
    createdAt: createdAt(),
    updatedAt: at().notNull().defaultNow(),
  },
  (t) => [
    uniqueIndex('agents_scope_name').on(
      sql`coalesce(${t.projectId}, '00000000-0000-0000-0000-000000000000'::uuid)`,
      sql`coalesce(${t.userId}, '00000000-0000-0000-0000-000000000000'::uuid)`,
      sql`lower(${t.name})`,
    ),
    index('agents_project_role').on(t.projectId, t.role, t.status),
  ],
)

/** every state an agent ever had, with who made it so and what they did. */
export const agentVersions = pgTable(
  'agent_versions',
  {
    id: id(),
    agentId: uuid()
      .notNull()
      .references(() => agents.id, { onDelete: 'cascade' }),
    version: integer().notNull(),
    name: text().notNull(),
    role: text().$type<AgentRole>().notNull(),
    config: jsonb().$type<AgentConfig>().notNull(),
    isActive: boolean().notNull(),
    isDefault: boolean().notNull(),
    changedBy: uuid().references(() => users.id),
    /** A person's name, or `system`. */
    actor: text().notNull(),
    /** telegram, slack, console, cli, or system. */
    surface: text().notNull(),
    change: jsonb().$type<AgentChange>().notNull(),
    at: createdAt(),
  },
  (t) => [uniqueIndex('agent_versions_number').on(t.agentId, t.version)],
)
