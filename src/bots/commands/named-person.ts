import type { Executor } from '../../db/client.ts'
import { findUser, type ListedUser, listUsers } from '../../domain/users/find-user.ts'
import type { Person } from '../../domain/users/person.ts'
import { AppError } from '../../errors.ts'
import { nearest } from '../../nearest.ts'

const NAME_MAX = 64
const MYSELF = ['me', 'myself', 'я', 'меня', 'мне']

/**
 * The person with access whom somebody names; `me` is who says it.
 * @throws AppError not_found, with the nearest name there is; conflict when several are meant.
 */
export const namedPerson = async (
  db: Executor,
  word: string,
  speaker: Person,
): Promise<Pick<ListedUser, 'id' | 'name'>> => {
  if (MYSELF.includes(word.toLowerCase())) return speaker
  const name = word.slice(0, NAME_MAX)
  try {
    const user = await findUser(db, name)
    if (!user.disabled) return user
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'not_found') throw error
  }
  const known = (await listUsers(db)).filter(({ disabled }) => !disabled).map((user) => user.name)
  const near = nearest(name.replace(/^@/, ''), known)
  throw new AppError('not_found', 'nobody with access by that name', {
    userMessage: near
      ? { key: 'error-person-not-found-near', args: { name, near } }
      : { key: 'error-user-not-found', args: { name } },
  })
}
