import { and, eq } from 'drizzle-orm'
import type { Transaction } from '../../db/client.ts'
import { pages } from '../../db/schema/incidents.ts'
import { projectById } from '../projects/projects.ts'
import { can, isAtLeast, requirePermission } from '../users/permissions.ts'
import type { Incident, Mover } from './incident.ts'

/**
 * Who may handle an incident: who may by their role or as the owner of its project, and whoever it was given to or
 * woken for, because a person who was called must be able to answer. Prorab itself may.
 *
 * @throws AppError forbidden.
 */
export const requireMayHandle = async (
  tx: Transaction,
  { person }: Mover,
  incident: Incident,
): Promise<void> => {
  if (!person) return
  const project = incident.projectId ? await projectById(tx, incident.projectId) : undefined
  const subject = { ownerId: project?.ownerId ?? null }
  if (can(person, 'incidents.handle', subject)) return
  if (isAtLeast(person.role, 'member') && (await wasCalled(tx, person.id, incident))) return
  requirePermission(person, 'incidents.handle', subject)
}

const wasCalled = async (tx: Transaction, userId: string, incident: Incident): Promise<boolean> => {
  if (incident.assigneeId === userId) return true
  const [page] = await tx
    .select({ id: pages.id })
    .from(pages)
    .where(and(eq(pages.incidentId, incident.id), eq(pages.userId, userId)))
    .limit(1)
  return page !== undefined
}
