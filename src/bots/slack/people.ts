import type { WebClient } from '@slack/web-api'
import type { Author } from '../../db/shapes/incoming.ts'

/** Enough for any workspace's active people; the oldest are forgotten first. */
const MAX_KNOWN = 5000

export interface People {
  /** What is known of a person; at least the id. Asks Slack for more in the background, for the next time. */
  author(userId: string, name?: string): Author
}

/**
 * Names and languages of people. Messages carry neither, and no question may stand between a message and its row
 * (design rule 1), so the first message of a person may be signed with the id.
 */
export const createPeople = (web: WebClient): People => {
  const known = new Map<string, Author>()
  const asking = new Set<string>()

  const learn = async (userId: string) => {
    if (known.has(userId) || asking.has(userId)) return
    asking.add(userId)
    try {
      const { user } = await web.users.info({ user: userId, include_locale: true })
      const name = user?.profile?.display_name || user?.real_name || user?.name || userId
      if (known.size >= MAX_KNOWN) known.delete(known.keys().next().value ?? '')
      known.set(userId, { name, langHint: user?.locale?.startsWith('ru') ? 'ru' : 'en' })
    } catch {
      // A name is a courtesy: the next message asks again.
    } finally {
      asking.delete(userId)
    }
  }

  return {
    author: (userId, name) => {
      void learn(userId)
      return known.get(userId) ?? { name: name || userId }
    },
  }
}
