import type { Transaction } from '../../db/client.ts'
import { type Approval, listOpenApprovals, openApproval } from '../approvals/approvals.ts'
import { currentDeployment } from '../deployments/deployments.ts'
import type { Person } from '../users/person.ts'
import type { Project } from './projects.ts'

/**
 * Opens the question whether a project is to be deleted; while it waits, asking again finds the same question. The
 * caller has checked `project.delete`.
 */
export const askToDelete = async (
  tx: Transaction,
  project: Project,
  { person, conversationId, now }: { person: Person; conversationId: string; now: Date },
): Promise<Approval> => {
  const asked = (await listOpenApprovals(tx)).find(
    (one) => one.projectId === project.id && one.request.kind === 'delete_project' && one.expiresAt > now,
  )
  if (asked) return asked
  const deployment = await currentDeployment(tx, project.id)
  const { approval } = await openApproval(tx, {
    conversationId,
    requestedBy: person.id,
    projectId: project.id,
    request: {
      v: 1,
      kind: 'delete_project',
      risk: 'high',
      allow: ['approve', 'reject'],
      facts: {
        project: project.name,
        ...(deployment && { url: deployment.url }),
        ...(project.repository && { repository: project.repository }),
      },
    },
    now,
  })
  return approval
}
