import type { UserRole } from '../../db/schema/users.ts'
import type { ApprovalRequest } from '../../db/shapes/approval.ts'

export interface Decider {
  id: string
  name: string
  role: UserRole
}

/**
 * Who may press a button of a card (B-5, B-8): the person who asked, unless they only watch, and the admins.
 * Deleting a project, and spending more on it than its budget, is its owner's and the admins' alone;
 * deleting an agent is the admins'. A repair is for whoever may start one: operators and the project's owner.
 *
 * @param about.projectOwnerId null also where the question is about more than the project.
 */
export const mayDecide = (
  decider: Decider,
  kind: ApprovalRequest['kind'],
  { requestedBy, projectOwnerId }: { requestedBy: string | null; projectOwnerId: string | null },
): boolean => {
  if (decider.role === 'owner' || decider.role === 'admin') return true
  if (decider.role === 'viewer') return false
  if (kind === 'delete_agent') return false
  if (kind === 'recovery') return decider.role === 'operator' || decider.id === projectOwnerId
  if (kind === 'delete_project' || kind === 'budget') return decider.id === projectOwnerId
  return decider.id === requestedBy
}
