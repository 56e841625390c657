import { and, asc, eq, inArray, isNull, or, sql } from 'drizzle-orm'
import type { Executor, Transaction } from '../../db/client.ts'
import { alertSubscriptions, conversations, projects } from '../../db/schema/index.ts'
import { SEVERITIES, type Severity } from '../../db/shapes/incident.ts'
import { recordAudit } from '../audit/audit.ts'
import type { Incident, Mover } from '../incidents/incident.ts'
import type { Project } from '../projects/projects.ts'
import { requirePermission } from '../users/permissions.ts'

export interface Subscription {
  /** Undefined for everything. */
  project: string | undefined
  least: Severity
}

interface Change {
  conversationId: string
  project?: Pick<Project, 'id' | 'name'> | undefined
  by: Mover
}

/**
 * From now on this chat hears of what goes wrong, or of what does with one project (B-7). Saying it again changes
 * from which severity on.
 *
 * @throws AppError forbidden.
 */
export const subscribe = async (
  tx: Transaction,
  { conversationId, project, least, by }: Change & { least: Severity },
): Promise<void> => {
  if (by.person) requirePermission(by.person, 'alerts.subscribe')
  await tx.execute(sql`
    insert into alert_subscriptions (conversation_id, project_id, least, created_by)
    values (${conversationId}, ${project?.id ?? null}, ${least}, ${by.person?.id ?? null})
    on conflict (conversation_id, coalesce(project_id, '00000000-0000-0000-0000-000000000000'::uuid))
    do update set least = excluded.least, created_by = excluded.created_by`)
  await audit(tx, 'alerts.on', { conversationId, project, by }, { least })
}

/**
 * This chat hears of one project, or of anything at all, no more.
 *
 * @returns how many wishes were taken back.
 * @throws AppError forbidden.
 */
export const unsubscribe = async (
  tx: Transaction,
  { conversationId, project, by }: Change,
): Promise<number> => {
  if (by.person) requirePermission(by.person, 'alerts.subscribe')
  const gone = await tx
    .delete(alertSubscriptions)
    .where(
      and(
        eq(alertSubscriptions.conversationId, conversationId),
        project ? eq(alertSubscriptions.projectId, project.id) : undefined,
      ),
    )
    .returning({ id: alertSubscriptions.id })
  if (gone.length > 0) await audit(tx, 'alerts.off', { conversationId, project, by })
  return gone.length
}

/** What a chat hears of; the wish for everything first. */
export const subscriptionsOf = async (db: Executor, conversationId: string): Promise<Subscription[]> => {
  const rows = await db
    .select({ project: projects.name, least: alertSubscriptions.least })
    .from(alertSubscriptions)
    .leftJoin(projects, eq(projects.id, alertSubscriptions.projectId))
    .where(eq(alertSubscriptions.conversationId, conversationId))
    .orderBy(sql`${projects.name} nulls first`)
  return rows.map(({ project, least }) => ({ project: project ?? undefined, least }))
}

/** The chats that want to hear of an incident, each once, however many of their wishes it matches. */
export const chatsThatHear = async (
  db: Executor,
  { projectId, severity, facts }: Pick<Incident, 'projectId' | 'severity' | 'facts'>,
): Promise<string[]> => {
  const rows = await db
    .selectDistinct({ conversationId: alertSubscriptions.conversationId })
    .from(alertSubscriptions)
    .where(
      and(
        or(
          isNull(alertSubscriptions.projectId),
          projectId ? eq(alertSubscriptions.projectId, projectId) : undefined,
        ),
        sql`array_position(${severities}, ${alertSubscriptions.least}) <= array_position(${severities}, ${severity})`,
        // A chat that cannot be written to is not told of that.
        typeof facts.conversationId === 'string'
          ? sql`${alertSubscriptions.conversationId}::text <> ${facts.conversationId}`
          : undefined,
      ),
    )
    .orderBy(asc(alertSubscriptions.conversationId))
  return rows.map(({ conversationId }) => conversationId)
}

/** In whose language a chat is told: of who asked for it. By conversation. */
export const subscribersOf = async (
  db: Executor,
  conversationIds: readonly string[],
): Promise<Map<string, string>> => {
  const rows = await db
    .select({ conversationId: alertSubscriptions.conversationId, userId: alertSubscriptions.createdBy })
    .from(alertSubscriptions)
    .where(inArray(alertSubscriptions.conversationId, [...conversationIds]))
    .orderBy(asc(alertSubscriptions.createdAt), asc(alertSubscriptions.id))
  return new Map(rows.flatMap(({ conversationId, userId }) => (userId ? [[conversationId, userId]] : [])))
}

const severities = sql.raw(`array[${SEVERITIES.map((one) => `'${one}'`).join(', ')}]`)

/**
 * Where alerts of a chat go: a thread of Slack is a conversation of its own, and its channel is what people watch.
 *
 * @returns the key of that conversation.
 */
export const alertPlace = (key: string): string => key.replace(/^(slack:[^:]+:[^:]+):[^:]+$/, '$1:main')

const audit = async (
  tx: Transaction,
  action: string,
  { conversationId, project, by }: Change,
  detail: Record<string, string> = {},
) => {
  if (!by.person) return
  const [chat] = await tx
    .select({ key: conversations.key })
    .from(conversations)
    .where(eq(conversations.id, conversationId))
  await recordAudit(tx, {
    userId: by.person.id,
    actor: by.person.name,
    surface: by.surface,
    action,
    subject: project ? `project:${project.name}` : 'installation',
    result: 'ok',
    detail: { ...detail, chat: chat?.key ?? '' },
  })
}
