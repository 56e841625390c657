import type { ListedUser } from '../../domain/users/find-user.ts'
import type { Card } from '../chat.ts'
import type { Words } from '../words.ts'
import { plain } from './plain.ts'

/** Everybody with access, the most powerful first. */
export const usersCard = ({ t }: Words, users: ListedUser[]): Card => ({
  title: t('users-title'),
  tone: 'neutral',
  body: users
    .map(({ name, role, disabled, accounts }) =>
      [
        `- **${plain(name)}**`,
        disabled ? t('user-disabled') : t(`role-${role}`),
        ...accounts.map(plain),
      ].join(' · '),
    )
    .join('\n'),
  footer: t('users-footer'),
})
