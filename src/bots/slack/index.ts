import { WebClient, type WebClientOptions } from '@slack/web-api'
import type { Hono } from 'hono'
import { type Clock, SECOND_MS } from '../../clock.ts'
import type { Lang } from '../../db/schema/users.ts'
import { AppError, errorText } from '../../errors.ts'
import type { Log } from '../../log.ts'
import type { ChatAdapter, ConversationKey, Receive } from '../chat.ts'
import { isFinal } from './errors.ts'
import { createFileSender } from './files.ts'
import { defaultFormTexts, type FormTexts } from './form-texts.ts'
import { createSlackRoutes } from './http.ts'
import { createIdentity } from './identity.ts'
import { listen } from './listen.ts'
import { slackLogger } from './log.ts'
import type { FormInitial } from './open-form.ts'
import { createPeople } from './people.ts'
import { createAttachmentReader } from './read-attachment.ts'
import { createReadBack } from './read-back.ts'
import { createReceiver } from './receiver.ts'
import { renderMessage } from './render.ts'
import { createSender } from './send.ts'
import { createSocket, type Socket } from './socket.ts'

export interface SlackOptions {
  /** `xoxb-…` */
  botToken: string
  /** Root of the Web API, `https://slack.com/api/`. */
  apiUrl: string
  /** How Slack reaches us: Socket Mode with an app token (`xapp-…`), or HTTP with the signing secret. */
  mode: { socket: string } | { signingSecret: string }
  log: Log
  clock: Clock
  /** Whether the bot takes part in a thread of a channel. Default: never, so that it must be named. */
  isKnownThread?: (key: ConversationKey) => Promise<boolean>
  formTexts?: (lang: Lang) => FormTexts
  /** The text that the form of an action begins with; asked when its button is pressed. */
  formInitial?: FormInitial
}

/** Slack allows about one change a second of a message, and counts per channel. */
const EDIT_INTERVAL_MS = { private: SECOND_MS, group: 1.5 * SECOND_MS }
const REQUEST_TIMEOUT_MS = 10 * SECOND_MS

/**
 * Slack, on Bolt (B-2). The command menu is not set by the adapter: in Slack it is part of the app's manifest,
 * slack-manifest.yaml.
 *
 * @throws AppError misconfigured when a secret is empty: then anybody could speak in Slack's name.
 */
export const createSlackAdapter = (options: SlackOptions): ChatAdapter => {
  const { botToken, apiUrl, mode, log, clock } = options
  const secret = 'socket' in mode ? mode.socket : mode.signingSecret
  if (!botToken || !secret)
    throw new AppError('misconfigured', 'Slack needs a bot token and a secret of its own')

  const clientOptions: WebClientOptions = {
    slackApiUrl: apiUrl,
    logger: slackLogger(log),
    // Delivery tries again, per conversation; the client would hold up every conversation.
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    timeout: REQUEST_TIMEOUT_MS,
  }
  const web = new WebClient(botToken, clientOptions)
  const identity = createIdentity(web)
  const formTexts = options.formTexts ?? defaultFormTexts
  let receive: Receive | undefined
  let socket: Socket | undefined

  const { receiver, dispatch } = createReceiver()
  listen({
    botToken,
    receiver,
    clientOptions,
    web,
    log,
    identity,
    people: createPeople(web),
    isKnownThread: options.isKnownThread ?? (async () => false),
    formTexts,
    formInitial: options.formInitial ?? (async () => undefined),
    receive: async (incoming) => {
      if (!receive) throw new AppError('platform_unavailable', 'the Slack adapter is not started')
      await receive(incoming)
    },
  })
  const routes: Hono | undefined =
    'signingSecret' in mode
      ? createSlackRoutes({ signingSecret: mode.signingSecret, dispatch, log, clock })
      : undefined

  return {
    platform: 'slack',
    opensForms: true,
    // The one slash command of slack-manifest.yaml.
    commandWord: 'prorab',
    editIntervalMs: EDIT_INTERVAL_MS,
    routes,
    start: async (takesIn) => {
      if (receive) return
      receive = takesIn
      try {
        await identity().catch((error: unknown) => {
          if (isFinal(error)) throw error
          log.warn({ error: errorText(error) }, 'slack.identity_unknown')
        })
        if ('socket' in mode) {
          socket = createSocket({ appToken: mode.socket, clientOptions, dispatch, clock, log })
          await socket.start()
        }
      } catch (error) {
        receive = undefined
        throw error
      }
    },
    stop: async () => {
      await socket?.stop()
      socket = undefined
      receive = undefined
    },
    render: (message) => renderMessage(message, formTexts),
    ...createSender({
      ...{ web, clock, log },
      readBack: createReadBack(web),
      files: createFileSender({ web, clock, log }),
    }),
    ...createAttachmentReader({ web, botToken, apiUrl }),
    check: async () => {
      const { teamName, botName } = await identity()
      return `workspace ${teamName} as @${botName}`
    },
  }
}
