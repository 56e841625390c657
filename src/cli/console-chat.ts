import { join } from 'node:path'
import type { ChatAdapter } from '../bots/chat.ts'
import { COMMANDS } from '../bots/commands/index.ts'
import { CONSOLE_CONVERSATION, type ConsoleOptions, createConsoleAdapter } from '../bots/console/index.ts'
import { systemClock } from '../clock.ts'
import type { Database } from '../db/client.ts'
import { type Conversation, ensureConversation } from '../domain/conversations/conversations.ts'
import { listProjects } from '../domain/projects/projects.ts'
import { DEFAULT_LANG } from '../domain/users/person.ts'
import { accountName, LOCAL_USER, localPerson } from './local-person.ts'

/** The terminal as a chat: who sits there, what Tab completes, and which language the console itself speaks. */
export const consoleChat = (
  db: Database,
  { dataDir, ...options }: Omit<ConsoleOptions, 'clock'> & { dataDir: string },
): ChatAdapter => {
  let lang = DEFAULT_LANG
  /** The person may have changed it since, by /lang or by what they write. */
  const followLanguage = async () => {
    const owner = await localPerson(db).catch(() => undefined)
    lang = owner?.lang ?? lang
  }
  const adapter = createConsoleAdapter({
    ...options,
    clock: systemClock,
    historyFile: join(dataDir, 'console-history'),
    filesDir: join(dataDir, 'files'),
    userId: LOCAL_USER,
    userName: accountName(),
    langNow: () => lang,
    completions: async () => [
      ...COMMANDS.filter((command) => !command.hidden).map((command) => `/${command.name}`),
      ...(await listProjects(db, { pageSize: 100 })).projects.map((project) => project.name),
    ],
  })
  return {
    ...adapter,
    start: async (receive) => {
      await followLanguage()
      await adapter.start(receive)
    },
    send: async (...args) => {
      await followLanguage()
      return adapter.send(...args)
    },
  }
}

/** The person and the conversation of the terminal, made when they are not there yet. */
export const openConsole = async (db: Database): Promise<Conversation> => {
  await localPerson(db)
  return ensureConversation(db, { key: CONSOLE_CONVERSATION, platform: 'console', kind: 'private' })
}
