import { and, desc, eq, ne, sql } from 'drizzle-orm'
import type { Executor } from '../../db/client.ts'
import { projects, runs } from '../../db/schema/index.ts'
import { projectOfMessage } from '../conversations/about.ts'
import { findProject, type Project } from '../projects/projects.ts'

/**
 * The project a question is about when it names nobody's agent: that of the message it replies to, else the one
 * whose name is in it, else the one this conversation last worked on. Undefined for none of them: then the system's
 * agents are asked.
 */
export const projectMeant = async (
  db: Executor,
  { conversationId, replyTo, question }: { conversationId: string; replyTo?: string; question: string },
): Promise<Project | undefined> => {
  const repliedTo = replyTo && (await projectOfMessage(db, conversationId, replyTo))
  return (
    (repliedTo ? await findProject(db, repliedTo) : undefined) ??
    (await projectNamedIn(db, question)) ??
    (await lastWorkedOn(db, conversationId))
  )
}

/** `shop-api` is no mention of `shop`; of several projects the one that is named first. */
const projectNamedIn = async (db: Executor, question: string): Promise<Project | undefined> => {
  const words = [...new Set(question.toLowerCase().match(/[a-z0-9][a-z0-9-]*/g))]
  if (words.length === 0) return undefined
  const found = await db
    .select()
    .from(projects)
    .where(
      and(
        ne(projects.status, 'archived'),
        sql`${projects.name} in (select jsonb_array_elements_text(${JSON.stringify(words)}::jsonb))`,
      ),
    )
  return found.sort((a, b) => words.indexOf(a.name) - words.indexOf(b.name))[0]
}

const lastWorkedOn = async (db: Executor, conversationId: string): Promise<Project | undefined> => {
  const lastRun = sql`(select max(${runs.createdAt}) from ${runs}
    where ${runs.projectId} = ${projects.id} and ${runs.conversationId} = ${conversationId})`
  const [project] = await db
    .select()
    .from(projects)
    .where(
      and(
        ne(projects.status, 'archived'),
        sql`(${eq(projects.conversationId, conversationId)} or ${lastRun} is not null)`,
      ),
    )
    .orderBy(desc(sql`greatest(${lastRun}, ${projects.createdAt})`))
    .limit(1)
  return project
}
