import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A message as somebody in the chat sees it appear or change. */
export interface Shown {
  chat: number
  message: number
  text: string
  edited: boolean
  /** The message it answers. */
  replyTo: number | undefined
  /** Data of its buttons, in order. */
  buttons: string[]
  /** On the clock of `performance.now()`. */
  at: number
}

export interface BotApi {
  /** For TELEGRAM_API_ROOT. */
  root: string
  token: string
  /** Gets every message that is sent or edited. One at a time is enough for a bench. */
  watch(onShown: (shown: Shown) => void): void
  close(): Promise<void>
}

interface Params {
  chat_id?: number
  message_id?: number
  text?: string
  reply_parameters?: { message_id: number }
  reply_markup?: { inline_keyboard?: { callback_data?: string }[][] }
}

export const BOT_ID = 777000777
const TOKEN = `${BOT_ID}:bench-token-AAbbCCddEEff`

/**
 * The Bot API as far as a bot needs it to answer: without limits, checks or a memory, so that as little as possible
 * is measured besides the bot.
 */
export const startBotApi = async (): Promise<BotApi> => {
  let messages = 0
  let onShown: (shown: Shown) => void = () => {}

  const show = (params: Params, message: number, edited: boolean) => {
    const { chat_id: chat = 0, text = '', reply_parameters, reply_markup } = params
    onShown({
      chat,
      message,
      text,
      edited,
      replyTo: reply_parameters?.message_id,
      buttons: (reply_markup?.inline_keyboard ?? []).flat().map((button) => button.callback_data ?? ''),
      at: performance.now(),
    })
    return { message_id: message, date: 0, chat: { id: chat, type: 'private', first_name: 'Ann' }, text }
  }

  const answer = (method: string, params: Params): unknown => {
    switch (method) {
      case 'getMe':
        return { id: BOT_ID, is_bot: true, first_name: 'Prorab', username: 'prorab_bot' }
      case 'sendMessage':
        return show(params, ++messages, false)
      case 'editMessageText':
        return show(params, params.message_id ?? 0, true)
      case 'getMyCommands':
        return []
      default:
        return true
    }
  }

  const server = createServer(async (request, response) => {
    const method = (request.url ?? '').split('/').at(-1) ?? ''
    const result = answer(method, await readParams(request))
    const body = JSON.stringify({ ok: true, result })
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) })
    response.end(body)
  })
  server.keepAliveTimeout = 60_000
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))

  return {
    root: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    token: TOKEN,
    watch: (watcher) => {
      onShown = watcher
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

const readParams = async (request: IncomingMessage): Promise<Params> => {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return chunks.length > 0 ? (JSON.parse(Buffer.concat(chunks).toString('utf8')) as Params) : {}
}
