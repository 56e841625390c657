import { eq } from 'drizzle-orm'
import type { Executor } from '../../db/client.ts'
import { approvals, incidents, projects, runs } from '../../db/schema/index.ts'
import { incidentOfMessage } from '../alerting/incident-of-message.ts'
import { findByPart } from './outbox.ts'

/**
 * The project that a message of the bot is about, by the platform's reference of the message: a reply to a run, a
 * card or a result is about that (B-9).
 */
export const projectOfMessage = async (
  db: Executor,
  conversationId: string,
  ref: string,
): Promise<string | undefined> => {
  const incidentId = await incidentOfMessage(db, { conversationId, replyTo: ref })
  if (incidentId)
    return nameOf(
      await db
        .select({ name: projects.name })
        .from(incidents)
        .innerJoin(projects, eq(projects.id, incidents.projectId))
        .where(eq(incidents.id, incidentId)),
    )
  const content = (await findByPart(db, conversationId, ref))?.content
  if (content?.type !== 'view') return undefined
  const { view, args } = content
  switch (view) {
    case 'project':
    case 'logs':
      return String(args.name)
    case 'run':
    case 'run-result':
      return nameOf(
        await db
          .select({ name: projects.name })
          .from(runs)
          .innerJoin(projects, eq(projects.id, runs.projectId))
          .where(eq(runs.id, String(args.id))),
      )
    case 'approval':
      return nameOf(
        await db
          .select({ name: projects.name })
          .from(approvals)
          .innerJoin(projects, eq(projects.id, approvals.projectId))
          .where(eq(approvals.id, String(args.id))),
      )
    default:
      return undefined
  }
}

const nameOf = ([row]: { name: string }[]): string | undefined => row?.name
