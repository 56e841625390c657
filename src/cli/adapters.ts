import type { ChatAdapter } from '../bots/chat.ts'
import { systemClock } from '../clock.ts'
import type { Config } from '../config.ts'
import type { Database } from '../db/client.ts'
import type { Log } from '../log.ts'

/** The chat platforms that the configuration names. Only theirs is loaded: each brings a large library. */
export const platformAdapters = async (
  { config, log }: { config: Config; log: Log },
  db: Database,
): Promise<ChatAdapter[]> => {
  const common = { log, clock: systemClock }
  const adapters: ChatAdapter[] = []
  if (config.telegram) {
    const { createTelegramAdapter } = await import('../bots/telegram/index.ts')
    const { createCommandMenu } = await import('../bots/commands/index.ts')
    const { createTexts } = await import('../bots/texts.ts')
    adapters.push(
      createTelegramAdapter({ ...config.telegram, ...common, menu: createCommandMenu(createTexts()) }),
    )
  }
  if (config.slack) {
    const { createSlackAdapter } = await import('../bots/slack/index.ts')
    const { isKnownConversation } = await import('../domain/conversations/conversations.ts')
    const { createFormInitial } = await import('../bots/form-initial.ts')
    const isKnownThread = (key: string) => isKnownConversation(db, key)
    const formInitial = createFormInitial(db, 'slack')
    adapters.push(createSlackAdapter({ ...config.slack, ...common, isKnownThread, formInitial }))
  }
  return adapters
}
