import { errorText } from '../../errors.ts'
import type { Log } from '../../log.ts'
import type { CommandMenu } from '../chat.ts'
import type { TelegramApi } from './api.ts'
import { fillMenus } from './menu.ts'
import { ALLOWED_UPDATES } from './update.ts'
import type { Self } from './words.ts'

export interface Webhook {
  url: string
  secret: string
}

/**
 * Learns who we are, and tells Telegram where updates go. Updates that came meanwhile are kept.
 *
 * @throws AppError platform_unavailable and rate_limited: try again; misconfigured: a person must act.
 */
export const connect = async (api: TelegramApi, webhook: Webhook | undefined): Promise<Self> => {
  const { id, username } = await api.attempt((calls) => calls.getMe())
  const allowed_updates = [...ALLOWED_UPDATES]
  await api.attempt((calls) =>
    webhook
      ? calls.setWebhook(webhook.url, { secret_token: webhook.secret, allowed_updates })
      : calls.deleteWebhook(),
  )
  return { id, username }
}

/** A bot without its menu works: this is tried, and logged when it fails. */
export const tryToFillMenus = async (api: TelegramApi, menu: CommandMenu, log: Log): Promise<void> => {
  await fillMenus(api, menu).catch((error: unknown) =>
    log.warn({ reason: errorText(error) }, 'telegram-menu-not-filled'),
  )
}
