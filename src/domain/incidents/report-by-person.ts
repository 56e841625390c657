import type { Transaction } from '../../db/client.ts'
import type { Severity } from '../../db/shapes/incident.ts'
import type { Project } from '../projects/projects.ts'
import { requirePermission } from '../users/permissions.ts'
import type { Person } from '../users/person.ts'
import { auditMove } from './move.ts'
import { type Reported, report } from './report.ts'

const SUBJECT_MAX = 500

/**
 * Something is wrong that nothing here looks at: a person says so.
 *
 * @param said.id of what they said: said once, reported once.
 * @throws AppError forbidden.
 */
export const reportByPerson = async (
  tx: Transaction,
  said: {
    id: string
    text: string
    severity: Severity
    project: Pick<Project, 'id' | 'ownerId'> | undefined
    by: { person: Person; surface: string }
    now: Date
  },
): Promise<Reported> => {
  const { id, text, severity, project, by, now } = said
  requirePermission(by.person, 'incidents.handle', { ownerId: project?.ownerId ?? null })
  const reported = await report(tx, {
    kind: 'manual',
    key: `manual:${id}`,
    severity,
    subject: text.slice(0, SUBJECT_MAX),
    facts: { by: by.person.name },
    projectId: project?.id,
    now,
  })
  await auditMove(tx, 'report', reported.incident, by)
  return reported
}
