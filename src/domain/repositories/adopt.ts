import { and, desc, eq, inArray, sql } from 'drizzle-orm'
import type { Executor, Transaction } from '../../db/client.ts'
import { auditEntries, projects } from '../../db/schema/index.ts'
import type { AgentSeed } from '../agents/seed.ts'
import { createStarterPack } from '../agents/starter-pack.ts'
import { recordAudit } from '../audit/audit.ts'
import { reviseViews } from '../conversations/outbox.ts'
import { moveProject } from '../projects/lifecycle.ts'
import type { Project } from '../projects/projects.ts'
import { requirePermission } from '../users/permissions.ts'
import type { Person } from '../users/person.ts'

export interface Adoption {
  person: Person
  surface: string
  conversationId: string
  now: Date
}

export type AdoptionOutcome =
  | { outcome: 'done'; project: Project; wake: string[] }
  /** It was decided before, or is no find any more; what is, is told. */
  | { outcome: 'moved_on'; project: Project; by: string | undefined }

const ADOPT = 'project.adopt'
const IGNORE = 'project.ignore'

/**
 * Prorab is to look after a project that was found (M-6): it gets its agents and belongs to whoever said so. One that
 * was ignored may be adopted later.
 * @throws AppError forbidden.
 */
export const adoptProject = async (
  tx: Transaction,
  id: string,
  { person, surface, conversationId, now }: Adoption,
  starterPack: readonly AgentSeed[],
): Promise<AdoptionOutcome> => {
  requirePermission(person, 'projects.adopt')
  const found = await lock(tx, id)
  if (found.status !== 'discovered' || found.adoption === 'adopted') return movedOn(tx, found)
  await tx
    .update(projects)
    .set({
      adoption: 'adopted',
      ownerId: found.ownerId ?? person.id,
      conversationId: found.conversationId ?? conversationId,
      updatedAt: now,
    })
    .where(eq(projects.id, id))
  await moveProject(tx, {
    projectId: id,
    to: 'initialized',
    actor: `user:${person.id}`,
    reason: 'adopted',
  })
  await createStarterPack(tx, id, starterPack)
  return decided(tx, id, ADOPT, { person, surface })
}

/** Prorab is to leave a project that was found alone: no lists, no alarms. @throws AppError forbidden. */
export const ignoreProject = async (
  tx: Transaction,
  id: string,
  { person, surface, now }: Omit<Adoption, 'conversationId'>,
): Promise<AdoptionOutcome> => {
  requirePermission(person, 'projects.adopt')
  const found = await lock(tx, id)
  const isUndecided = (found.status === 'discovered' || found.status === 'missing') && found.adoption === null
  if (!isUndecided) return movedOn(tx, found)
  await tx.update(projects).set({ adoption: 'ignored', updatedAt: now }).where(eq(projects.id, id))
  return decided(tx, id, IGNORE, { person, surface })
}

const lock = async (tx: Transaction, id: string): Promise<Project> => {
  const [project] = await tx.select().from(projects).where(eq(projects.id, id)).for('update')
  if (!project) throw new Error(`project ${id} does not exist`)
  return project
}

const decided = async (
  tx: Transaction,
  id: string,
  action: string,
  { person, surface }: Pick<Adoption, 'person' | 'surface'>,
): Promise<AdoptionOutcome> => {
  const project = await lock(tx, id)
  await recordAudit(tx, {
    userId: person.id,
    actor: person.name,
    surface,
    action,
    subject: project.name,
    result: 'ok',
    detail: { projectId: id },
  })
  return { outcome: 'done', project, wake: await reviseViews(tx, 'discovered', { id }) }
}

const movedOn = async (tx: Transaction, project: Project): Promise<AdoptionOutcome> => ({
  outcome: 'moved_on',
  project,
  by: (await adoptionOf(tx, project.id))?.by,
})

/** Who decided last about a project that was found, and when. */
export const adoptionOf = async (
  db: Executor,
  projectId: string,
): Promise<{ by: string; at: Date } | undefined> => {
  const [entry] = await db
    .select({ by: auditEntries.actor, at: auditEntries.at })
    .from(auditEntries)
    .where(
      and(
        inArray(auditEntries.action, [ADOPT, IGNORE]),
        sql`${auditEntries.detail} ->> 'projectId' = ${projectId}`,
      ),
    )
    .orderBy(desc(auditEntries.at), desc(auditEntries.id))
    .limit(1)
  return entry
}
