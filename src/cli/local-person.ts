import { userInfo } from 'node:os'
import type { Database } from '../db/client.ts'
import { ensureConsoleOwner } from '../domain/users/console-owner.ts'
import type { Person } from '../domain/users/person.ts'

export const LOCAL_USER = 'local'

/** Whoever sits at this machine, in the console's chat or with a command; made when not there yet. */
export const localPerson = (db: Database): Promise<Person> =>
  ensureConsoleOwner(db, { platformUserId: LOCAL_USER, name: accountName() })

/** In a container the account may have no name. */
export const accountName = (): string => {
  try {
    return userInfo().username
  } catch {
    return LOCAL_USER
  }
}
