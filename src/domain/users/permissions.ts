import { USER_ROLES, type UserRole } from '../../db/schema/users.ts'
import { AppError } from '../../errors.ts'
import type { Person } from './person.ts'

/**
 * Who may do what (B-8): the least role, and whether the owner of the project may do it whatever their role.
 * Who may answer a card is a rule of its own, see domain/approvals/may-decide.ts.
 */
export const PERMISSIONS = {
  talk: { least: 'viewer' },
  'project.read': { least: 'viewer' },
  'project.create': { least: 'member' },
  'project.change': { least: 'operator', orOwner: true },
  'project.delete': { least: 'admin', orOwner: true },
  'service.logs': { least: 'operator', orOwner: true },
  'service.restart': { least: 'operator', orOwner: true },
  'work.stop': { least: 'member' },
  'agents.read': { least: 'viewer' },
  'agents.ask': { least: 'member' },
  'agents.manage': { least: 'admin' },
  'workers.manage': { least: 'admin' },
  'budgets.manage': { least: 'admin' },
  'costs.read': { least: 'member' },
  'incidents.read': { least: 'viewer' },
  'incidents.handle': { least: 'operator', orOwner: true },
  'incidents.fix': { least: 'operator', orOwner: true },
  'alerts.subscribe': { least: 'operator' },
  'oncall.read': { least: 'viewer' },
  'oncall.manage': { least: 'admin' },
  'oncall.swap': { least: 'member' },
  'servers.read': { least: 'viewer' },
  'servers.manage': { least: 'admin' },
  'sync.read': { least: 'viewer' },
  'sync.run': { least: 'operator' },
  'projects.adopt': { least: 'operator' },
  'users.manage': { least: 'admin' },
  'audit.read': { least: 'admin' },
} as const satisfies Record<string, Permission>

interface Permission {
  least: UserRole
  orOwner?: boolean
}

export type Action = keyof typeof PERMISSIONS

/** The project acted on, where it matters whose it is. */
export interface Subject {
  ownerId: string | null
}

/** A viewer owns nothing: read-only means read-only. */
export const can = (person: Person, action: Action, subject?: Subject): boolean => {
  const { least, orOwner = false }: Permission = PERMISSIONS[action]
  if (isAtLeast(person.role, least)) return true
  return orOwner && isAtLeast(person.role, 'member') && subject?.ownerId === person.id
}

/** @throws AppError forbidden, telling who may. */
export const requirePermission = (person: Person, action: Action, subject?: Subject): void => {
  if (can(person, action, subject)) return
  const { least, orOwner = false }: Permission = PERMISSIONS[action]
  throw new AppError('forbidden', `${person.role} may not ${action}`, {
    userMessage: {
      key: orOwner ? 'error-forbidden-role-or-owner' : 'error-forbidden-role',
      args: { least },
    },
  })
}

/** Who may by their role alone, whosever the project is. */
export const rolesThatMay = (action: Action): UserRole[] =>
  USER_ROLES.filter((role) => isAtLeast(role, PERMISSIONS[action].least))

export const isAtLeast = (role: UserRole, least: UserRole): boolean =>
  USER_ROLES.indexOf(role) <= USER_ROLES.indexOf(least)
