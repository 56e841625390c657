import { describe, expect, test } from 'vitest'
import { USER_ROLES } from '../../../src/db/schema/users.ts'
import { type Action, can, PERMISSIONS, requirePermission } from '../../../src/domain/users/permissions.ts'
import type { Person } from '../../../src/domain/users/person.ts'

const someone = (role: Person['role']): Person => ({ id: 'me', name: 'Anna', role, lang: 'en' })

/** The whole of B-8 for what is no approval. Columns: owner admin operator member viewer; o = only if it is theirs. */
const MATRIX: Record<Action, string> = {
  talk: '+++++',
  'project.read': '+++++',
  'project.create': '++++-',
  'project.change': '+++o-',
  'project.delete': '++oo-',
  'service.logs': '+++o-',
  'service.restart': '+++o-',
  'work.stop': '++++-',
  'agents.read': '+++++',
  'agents.ask': '++++-',
  'agents.manage': '++---',
  'workers.manage': '++---',
  'budgets.manage': '++---',
  'costs.read': '++++-',
  'incidents.read': '+++++',
  'incidents.handle': '+++o-',
  'incidents.fix': '+++o-',
  'alerts.subscribe': '+++--',
  'oncall.read': '+++++',
  'oncall.manage': '++---',
  'oncall.swap': '++++-',
  'servers.read': '+++++',
  'servers.manage': '++---',
  'sync.read': '+++++',
  'sync.run': '+++--',
  'projects.adopt': '+++--',
  'users.manage': '++---',
  'audit.read': '++---',
}

describe('who may do what', () => {
  test.each(
    Object.entries(MATRIX).flatMap(([action, row]) =>
      USER_ROLES.map((role, i) => ({ action: action as Action, role, mark: row[i] })),
    ),
  )('$role and $action: $mark', ({ action, role, mark }) => {
    const person = someone(role)
    expect(can(person, action)).toBe(mark === '+')
    expect(can(person, action, { ownerId: 'somebody-else' })).toBe(mark === '+')
    expect(can(person, action, { ownerId: null })).toBe(mark === '+')
    expect(can(person, action, { ownerId: 'me' })).toBe(mark === '+' || mark === 'o')
  })

  test('every action is in the table', () => {
    expect(Object.keys(MATRIX).sort()).toEqual(Object.keys(PERMISSIONS).sort())
  })

  test('a refusal names who may', () => {
    const attempt = (action: Action) => () => requirePermission(someone('viewer'), action)
    expect(attempt('audit.read')).toThrow(
      expect.objectContaining({
        code: 'forbidden',
        userMessage: { key: 'error-forbidden-role', args: { least: 'admin' } },
      }),
    )
    expect(attempt('project.delete')).toThrow(
      expect.objectContaining({
        userMessage: { key: 'error-forbidden-role-or-owner', args: { least: 'admin' } },
      }),
    )
  })
})
