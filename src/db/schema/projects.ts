import { sql } from 'drizzle-orm'
import { bigint, boolean, index, integer, jsonb, pgTable, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core'
import type { ProjectStatus } from '../shapes/project.ts'
import { createdAt, id } from './columns.ts'
import { conversations } from './conversations.ts'
import { users } from './users.ts'

export const projects = pgTable(
  'projects',
  {
    id: id(),
    /** The short name people type and the repository carries: `url-shortener`. */
    name: text().notNull(),
    title: text().notNull(),
    description: text().notNull().default(''),
    status: text().$type<ProjectStatus>().notNull().default('draft'),
    version: integer().notNull().default(1),
    ownerId: uuid().references(() => users.id),
    /** Where news about the project is told. */
    conversationId: uuid().references(() => conversations.id),
    forge: text().notNull().default('local'),
    /** The forge's reference of the repository, once there is one. */
    repository: text(),
    /** GitHub's own id of the repository: it stays when the name or the owner changes (M-2). */
    githubRepoId: bigint({ mode: 'number' }).unique(),
    repositoryUrl: text(),
    isPrivate: boolean(),
    isArchivedThere: boolean(),
    /** Listings in a row in which it was not found, before anybody asked for it by name. */
    missedListings: integer().notNull().default(0),
    /** Names of secrets that it wants and nobody gave (M-6); null when nobody looked. */
    missingSecrets: text().array(),
    /** What a person said of a project that was found: whether prorab looks after it. */
    adoption: text().$type<'adopted' | 'ignored'>(),
    /** What the planner needs to remember between runs, e.g. the kind of service. */
    traits: jsonb().$type<Record<string, unknown>>().notNull().default({}),
    createdAt: createdAt(),
    updatedAt: createdAt(),
  },
  (t) => [uniqueIndex('projects_name').on(t.name).where(sql`${t.status} <> 'archived'`)],
)

/** Every move of a project's status, with who and why (M-1). */
export const projectEvents = pgTable(
  'project_events',
  {
    id: id(),
    projectId: uuid()
      .notNull()
      .references(() => projects.id),
    from: text().$type<ProjectStatus>(),
    to: text().$type<ProjectStatus>().notNull(),
    actor: text().notNull(),
    reason: text().notNull(),
    at: createdAt(),
  },
  (t) => [index('project_events_project').on(t.projectId, t.at)],
)
