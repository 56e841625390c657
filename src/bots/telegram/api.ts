import { Api, type ApiClientOptions } from 'grammy'
import { SECOND_MS } from '../../clock.ts'
import { AppError } from '../../errors.ts'
import { botIdOf } from './address.ts'
import { telegramError } from './errors.ts'

/** Long enough for a slow network, short enough that a conversation does not hang on a dead connection. */
const CALL_TIMEOUT_S = 20
/** A last resort behind the polling's own watchdog, which has the injected clock. */
const POLL_TIMEOUT_S = 120

export interface TelegramApi {
  botId: number
  /** For everything but polling. */
  calls: Api
  /** For getUpdates, which waits. */
  polls: Api
  /** Does something and puts what goes wrong into prorab's words. @throws AppError, ConversationMoved */
  attempt<T>(work: (calls: Api) => Promise<T>): Promise<T>
  /** Begins to read a file by the path that getFile gave. @throws AppError platform_unavailable */
  download(path: string): Promise<Response>
}

export interface TelegramApiOptions {
  token: string
  apiRoot: string
  fetch?: ApiClientOptions['fetch']
}

/** grammY's client for the Bot API, and nothing else of it: prorab has its own inbox, routing and sessions. */
export const createTelegramApi = ({ token, apiRoot, fetch }: TelegramApiOptions): TelegramApi => {
  const botId = botIdOf(token)
  const root = apiRoot.replace(/\/+$/, '')
  const options = { apiRoot: root, sensitiveLogs: false, ...(fetch && { fetch }) }
  const calls = new Api(token, { ...options, timeoutSeconds: CALL_TIMEOUT_S })
  const polls = new Api(token, { ...options, timeoutSeconds: POLL_TIMEOUT_S })
  return {
    botId,
    calls,
    polls,
    attempt: async (work) => {
      try {
        return await work(calls)
      } catch (error) {
        throw telegramError(error, botId)
      }
    },
    download: async (path) => {
      const get = (fetch ?? globalThis.fetch) as typeof globalThis.fetch
      try {
        // The address has the token in it: it goes nowhere else, and into no error.
        return await get(`${root}/file/bot${token}/${path.split('/').map(encodeURIComponent).join('/')}`, {
          redirect: 'error',
          signal: AbortSignal.timeout(CALL_TIMEOUT_S * SECOND_MS),
        })
      } catch {
        throw new AppError('platform_unavailable', 'Telegram cannot be reached for a download')
      }
    },
  }
}
