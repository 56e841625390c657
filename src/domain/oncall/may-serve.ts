import { and, inArray, isNull } from 'drizzle-orm'
import type { Transaction } from '../../db/client.ts'
import { users } from '../../db/schema/index.ts'
import { AppError } from '../../errors.ts'
import { isAtLeast } from '../users/permissions.ts'

/**
 * People on call must be able to answer.
 * @throws AppError not_found when somebody has no access, invalid for who only watches.
 */
export const assertMayServe = async (tx: Transaction, ids: readonly string[]): Promise<void> => {
  const present = await tx
    .select({ name: users.name, role: users.role })
    .from(users)
    .where(and(inArray(users.id, [...ids]), isNull(users.disabledAt)))
  if (present.length < new Set(ids).size)
    throw new AppError('not_found', 'somebody has no access', {
      userMessage: { key: 'on-call-no-access', args: {} },
    })
  const watching = present.find(({ role }) => !isAtLeast(role, 'member'))
  if (watching)
    throw new AppError('invalid', 'somebody only watches', {
      userMessage: { key: 'on-call-only-watches', args: { name: watching.name } },
    })
}
