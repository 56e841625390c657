import { and, eq, ne } from 'drizzle-orm'
import type { Executor, Transaction } from '../../db/client.ts'
import { incidents, rotations } from '../../db/schema/index.ts'
import { projectById } from '../projects/projects.ts'
import { heal } from './heal.ts'
import type { Incident } from './incident.ts'
import { type Reported, report } from './report.ts'

/**
 * That nobody is on call is an incident itself, one for each rotation (M-12). It is a warning: who would be woken is
 * woken by what they are missed for, whose chain goes on.
 */
export const reportNobodyOnCall = async (
  tx: Transaction,
  about: Pick<Incident, 'projectId'>,
  now: Date,
): Promise<Reported> => {
  const projectId = await rotationScope(tx, about.projectId)
  const project = projectId ? await projectById(tx, projectId) : undefined
  return report(tx, {
    kind: 'nobody_on_call',
    key: keyOf(projectId),
    severity: 'warning',
    subject: project?.name ?? 'all projects',
    facts: {},
    projectId,
    now,
  })
}

/** Somebody is on call again. */
export const healNobodyOnCall = async (
  tx: Transaction,
  about: Pick<Incident, 'projectId'>,
  now: Date,
): Promise<string[]> => {
  const healed = await heal(tx, { key: keyOf(await rotationScope(tx, about.projectId)), now })
  return healed?.wake ?? []
}

/** The rotations of which it is known that nobody is on call. */
export const openNobodyOnCall = (db: Executor): Promise<Pick<Incident, 'id' | 'projectId'>[]> =>
  db
    .select({ id: incidents.id, projectId: incidents.projectId })
    .from(incidents)
    .where(and(eq(incidents.kind, 'nobody_on_call'), ne(incidents.state, 'resolved')))

/** The project when it has a rotation of its own, null for the one of all. */
const rotationScope = async (db: Executor, projectId: string | null): Promise<string | null> => {
  if (!projectId) return null
  const [own] = await db
    .select({ id: rotations.id })
    .from(rotations)
    .where(eq(rotations.projectId, projectId))
  return own ? projectId : null
}

const keyOf = (projectId: string | null) => `nobody_on_call:${projectId ?? 'all'}`
