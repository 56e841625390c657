import type { Executor } from '../../db/client.ts'
import { type Approval, findApproval } from '../../domain/approvals/approvals.ts'
import { projectById } from '../../domain/projects/projects.ts'
import { userNames } from '../../domain/users/reader.ts'
import type { ApprovalCardData } from '../cards/approval.ts'

/** What the cards of approvals need to know beside the rows. */
export const approvalCards = async (db: Executor, approvals: Approval[]): Promise<ApprovalCardData[]> => {
  const names = await userNames(
    db,
    approvals.flatMap(({ requestedBy, decision }) => [requestedBy, decision?.userId]),
  )
  return Promise.all(
    approvals.map(async (approval) => {
      const { requestedBy, decision, projectId, replacedBy } = approval
      const [project, successor] = await Promise.all([
        projectId ? projectById(db, projectId) : undefined,
        replacedBy ? findApproval(db, replacedBy) : undefined,
      ])
      return {
        approval,
        project: project?.name,
        requestedBy: names.get(requestedBy ?? ''),
        decidedBy: names.get(decision?.userId ?? ''),
        replacedBy: successor?.number,
      }
    }),
  )
}
