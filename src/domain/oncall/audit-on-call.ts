import type { Transaction } from '../../db/client.ts'
import { recordAudit } from '../audit/audit.ts'
import { projectById } from '../projects/projects.ts'
import type { Person } from '../users/person.ts'

export interface By {
  person: Person
  surface: string
}

/** Writes down who changed what about on-call. */
export const auditOnCall = async (
  tx: Transaction,
  { person, surface }: By,
  action: string,
  projectId: string | null | undefined,
  detail: Record<string, unknown> = {},
): Promise<void> => {
  const project = projectId ? await projectById(tx, projectId) : undefined
  const subject = project ? `project:${project.name}` : 'installation'
  await recordAudit(tx, {
    userId: person.id,
    actor: person.name,
    surface,
    action,
    subject,
    result: 'ok',
    detail,
  })
}
