import { and, eq, exists, isNull, ne, or, type SQL, sql } from 'drizzle-orm'
import type { Executor } from '../../db/client.ts'
import { incidents, outbox, pages, projects } from '../../db/schema/index.ts'
import type { Incident } from '../incidents/incident.ts'

/** More cards than this before an answer would bury it. */
const TOLD_MAX = 3

/**
 * What a person should hear of when they next talk to prorab (M-13): open, worth a word, and theirs, or about a
 * project of this chat. Nothing that they have in hand, were told before, or can see in this chat already.
 */
export const incidentsToTell = (
  db: Executor,
  { userId, conversationId }: { userId: string; conversationId: string },
): Promise<Incident[]> =>
  db
    .select()
    .from(incidents)
    .where(
      and(
        ne(incidents.state, 'resolved'),
        ne(incidents.state, 'silenced'),
        ne(incidents.severity, 'info'),
        isNull(incidents.parentId),
        sql`${incidents.acknowledgedBy} is distinct from ${userId}`,
        or(eq(incidents.assigneeId, userId), ofProject(db, userId, conversationId), wasPaged(db, userId)),
        sql`not exists (
          select from ${outbox}
          where ${outbox.key} = ${toldPrefix} || ${incidents.id} || ':told:' || ${userId}
            or (${outbox.conversationId} = ${conversationId} and ${outbox.state} <> 'failed'
              and ${outbox.content} @> jsonb_build_object(
                'type', 'view', 'view', 'incident', 'args', jsonb_build_object('id', ${incidents.id}::text))))`,
      ),
    )
    .orderBy(sql`array_position(array['critical', 'warning'], ${incidents.severity})`, incidents.openedAt)
    .limit(TOLD_MAX)

const toldPrefix = 'incident:'

/** Once per incident and person, whatever the chat. */
export const toldKey = (incidentId: string, userId: string): string =>
  `${toldPrefix}${incidentId}:told:${userId}`

const ofProject = (db: Executor, userId: string, conversationId: string): SQL =>
  exists(
    db
      .select({ one: sql`1` })
      .from(projects)
      .where(
        and(
          eq(projects.id, incidents.projectId),
          or(eq(projects.ownerId, userId), eq(projects.conversationId, conversationId)),
        ),
      ),
  )

const wasPaged = (db: Executor, userId: string): SQL =>
  exists(
    db
      .select({ one: sql`1` })
      .from(pages)
      .where(and(eq(pages.incidentId, incidents.id), eq(pages.userId, userId))),
  )
