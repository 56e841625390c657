import type { ApiClientOptions } from 'grammy'
import { type Clock, SECOND_MS } from '../../clock.ts'
import { AppError } from '../../errors.ts'
import type { Log } from '../../log.ts'
import type { ChatAdapter, CommandMenu, Receive } from '../chat.ts'
import { createTelegramApi } from './api.ts'
import { backOff } from './back-off.ts'
import { connect, tryToFillMenus, type Webhook } from './connect.ts'
import { telegramError } from './errors.ts'
import { createIntake, type Intake } from './intake.ts'
import { fillAdminMenu } from './menu.ts'
import { pollUpdates } from './polling.ts'
import { createAttachmentReader } from './read-attachment.ts'
import { renderMessage } from './render.ts'
import { createSender } from './send.ts'
import { createTeller } from './tell.ts'
import { createWebhookRoutes } from './webhook.ts'

/** One message a second into a chat, twenty a minute into a group: https://core.telegram.org/bots/faq */
const EDIT_INTERVAL_MS = { private: 1.1 * SECOND_MS, group: 3.1 * SECOND_MS }
/** All chats together, with a little room for the network: https://core.telegram.org/bots/faq */
const CALL_RATE = { calls: 30, perMs: 1.02 * SECOND_MS }

export interface TelegramAdapterOptions {
  /** From @BotFather, e.g. `123456:ABC…`. */
  token: string
  apiRoot: string
  /** Receive by webhook instead of polling; `url` ends where `routes` are mounted. */
  webhook?: Webhook
  log: Log
  clock: Clock
  menu: CommandMenu
  /** Stands in for grammY's own, e.g. behind a proxy. */
  fetch?: ApiClientOptions['fetch']
}

export type TelegramAdapter = ChatAdapter & Required<Pick<ChatAdapter, 'setAdminMenu'>>

/** Telegram (B-1): long polling, or a webhook with a mandatory secret. */
export const createTelegramAdapter = (options: TelegramAdapterOptions): TelegramAdapter => {
  const { clock, log, menu, webhook } = options
  const api = createTelegramApi(options)
  let intake: Intake | undefined
  let running: { stop: AbortController; ended: Promise<void> } | undefined

  const work = async (receive: Receive, signal: AbortSignal, tried: (error?: unknown) => void) => {
    const trouble = backOff({ clock, log })
    while (!signal.aborted) {
      try {
        const self = await connect(api, webhook)
        if (signal.aborted) break
        const mine = createIntake(self, receive, log)
        intake = mine
        trouble.over()
        tried()
        await tryToFillMenus(api, menu, log)
        if (!webhook) await pollUpdates({ api, clock, log, takeAll: mine.takeAll }, signal)
        return
      } catch (error) {
        tried(error)
        await trouble.wait('telegram-not-connected', telegramError(error, api.botId), signal)
      }
    }
    tried()
  }

  return {
    platform: 'telegram',
    opensForms: false,
    editIntervalMs: EDIT_INTERVAL_MS,
    callRate: CALL_RATE,
    ...(webhook && {
      routes: createWebhookRoutes({ secret: webhook.secret, log, intake: () => running && intake }),
    }),

    /**
     * Resolves after the first attempt to connect; without a network the attempts go on behind.
     * @throws AppError misconfigured when Telegram does not know the token.
     */
    start: async (receive) => {
      if (running) return
      const stop = new AbortController()
      const first = Promise.withResolvers<unknown>()
      running = { stop, ended: work(receive, stop.signal, first.resolve) }
      const problem = await first.promise
      if (!(problem instanceof AppError) || problem.code !== 'misconfigured') return
      stop.abort()
      await running.ended
      running = undefined
      throw problem
    },

    stop: async () => {
      const ending = running
      running = undefined
      ending?.stop.abort()
      await ending?.ended
      await intake?.idle()
      intake = undefined
    },

    render: renderMessage,
    ...createSender(api),
    ...createAttachmentReader(api),
    ...createTeller(api, log),

    check: async () => {
      const { first_name, username } = await api.attempt((calls) => calls.getMe())
      return `${first_name} (@${username})`
    },

    // A private chat has the id of its person.
    setAdminMenu: (platformUserId, lang) => fillAdminMenu(api, menu, Number(platformUserId), lang),
  }
}
