import { and, eq, sql } from 'drizzle-orm'
import type { Executor } from '../../db/client.ts'
import { conversations, outbox, projects } from '../../db/schema/index.ts'
import type { Incident } from '../incidents/incident.ts'

/**
 * Where people are asked and told about a recovery that was begun in no chat: where news about the project is told,
 * else wherever the incident is shown.
 */
export const placeOfRecovery = async (
  db: Executor,
  { id, projectId }: Pick<Incident, 'id' | 'projectId'>,
): Promise<string | null> => {
  const [project] = projectId
    ? await db
        .select({ conversationId: projects.conversationId })
        .from(projects)
        .where(eq(projects.id, projectId))
    : []
  if (project?.conversationId) return project.conversationId
  const shown = JSON.stringify({ type: 'view', view: 'incident', args: { id } })
  const [message] = await db
    .select({ conversationId: outbox.conversationId })
    .from(outbox)
    .innerJoin(conversations, eq(conversations.id, outbox.conversationId))
    .where(and(sql`${outbox.content} ->> 'type' = 'view'`, sql`${outbox.content} @> ${shown}::jsonb`))
    .orderBy(outbox.seq)
    .limit(1)
  return message?.conversationId ?? null
}
