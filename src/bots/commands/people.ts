import { USER_ROLES } from '../../db/schema/users.ts'
import { disableUser, setRole } from '../../domain/users/change-user.ts'
import { findUser } from '../../domain/users/find-user.ts'
import { createInvite } from '../../domain/users/invites.ts'
import { AppError } from '../../errors.ts'
import { notice, view } from './answers.ts'
import { usageError, wholeNumber, words } from './arguments.ts'
import type { Command } from './command.ts'
import { knockWithCode } from './knock.ts'

const PAGE_MAX = 9999
const NAME_SHOWN_MAX = 64

const users: Command = {
  name: 'users',
  family: 'people',
  permission: 'users.manage',
  usage: '/users',
  example: '/users',
  shows: (args) => {
    words(users, args, { min: 0, max: 0 })
    return view('users')
  },
}

const invite: Command = {
  name: 'invite',
  family: 'people',
  permission: 'users.manage',
  usage: `/invite [${USER_ROLES.join('|')}]`,
  example: '/invite member',
  run: async ({ tx, person, conversation, row, now }, args) => {
    const [word = 'member'] = words(invite, args, { min: 0, max: 1 })
    const role = USER_ROLES.find((one) => one === word.toLowerCase())
    if (!role) throw usageError(invite)
    if (conversation.kind !== 'private')
      throw new AppError('invalid', 'an invitation in a group would be for everybody', {
        userMessage: { key: 'invite-private', args: {} },
      })
    const { code, expiresAt } = await createInvite(tx, person, { role, surface: row.platform, now })
    return notice('invite-created', { code, role, until: expiresAt.toISOString() })
  },
}

/** The last word is the role; names may have several. `none` takes the access away. */
const role: Command = {
  name: 'role',
  family: 'people',
  permission: 'users.manage',
  usage: `/role NAME ${USER_ROLES.join('|')}|none`,
  example: '/role anna operator',
  run: async ({ tx, person, row, now }, args) => {
    const [, name = '', last = ''] = /^(.*\S)\s+(\S+)$/s.exec(args.trim()) ?? []
    const wanted = [...USER_ROLES, 'none' as const].find((one) => one === last.toLowerCase())
    if (!name || !wanted) throw usageError(role)
    const user = await findUser(tx, name.slice(0, NAME_SHOWN_MAX))
    const change = { person, surface: row.platform, now }
    if (wanted === 'none') {
      await disableUser(tx, user.id, change)
      return notice('user-access-withdrawn', { name: user.name })
    }
    await setRole(tx, user.id, wanted, change)
    return notice('role-changed', { name: user.name, role: wanted })
  },
}

const claim: Command = {
  name: 'claim',
  family: 'people',
  permission: 'talk',
  usage: '/claim CODE',
  example: '/claim 7F3K-Q2MP-XW9T',
  hidden: true,
  knock: knockWithCode,
  run: async () => {
    throw usageError(claim)
  },
}

const audit: Command = {
  name: 'audit',
  family: 'people',
  permission: 'audit.read',
  usage: '/audit [PAGE]',
  example: '/audit 2',
  shows: (args) => {
    const [page] = words(audit, args, { min: 0, max: 1 })
    return view('audit', { page: wholeNumber(audit, page, { byDefault: 1, max: PAGE_MAX }) })
  },
}

export const peopleCommands = [users, invite, role, claim, audit]
