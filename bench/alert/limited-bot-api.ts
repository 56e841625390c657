import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { BOT_ID } from '../support/bot-api.ts'

export interface ChatLimits {
  /** More sendMessage and editMessageText calls within any second are refused with 429. */
  callsPerSecond: number
}

export interface LimitedBotApi {
  root: string
  token: string
  /** When the next message is accepted, on the clock of `performance.now()`. */
  nextAccepted(): Promise<number>
  /** When so many messages were accepted, counted from the beginning. */
  accepted(count: number): Promise<number>
  counts(): { accepted: number; refused: number }
  close(): Promise<void>
}

const SECOND_MS = 1_000

/** As much of the Bot API as sending needs, with the limit on the whole account that Telegram documents. */
export const limitedBotApi = async ({ callsPerSecond }: ChatLimits): Promise<LimitedBotApi> => {
  const lately: number[] = []
  const waiting: { count: number; resolve: (at: number) => void }[] = []
  let accepted = 0
  let refused = 0

  const mayCall = (at: number): boolean => {
    while (lately[0] !== undefined && lately[0] <= at - SECOND_MS) lately.shift()
    if (lately.length >= callsPerSecond) return false
    lately.push(at)
    return true
  }

  const send = (): object => {
    const at = performance.now()
    if (!mayCall(at)) {
      refused += 1
      return {
        ok: false,
        error_code: 429,
        description: 'Too Many Requests: retry after 1',
        parameters: { retry_after: 1 },
      }
    }
    accepted += 1
    for (const one of waiting.splice(0)) {
      if (one.count <= accepted) one.resolve(at)
      else waiting.push(one)
    }
    return { ok: true, result: { message_id: accepted, date: 0, chat: { id: 1, type: 'private' } } }
  }

  const server = createServer((request, response) => {
    request.resume()
    request.on('end', () => {
      const method = (request.url ?? '').split('/').at(-1) ?? ''
      const isMessage = method === 'sendMessage' || method === 'editMessageText'
      const body = JSON.stringify(isMessage ? send() : { ok: true, result: true })
      response.writeHead(200, { 'content-type': 'application/json' })
      response.end(body)
    })
  })
  server.keepAliveTimeout = 60_000
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))

  const acceptedAt = (count: number) =>
    new Promise<number>((resolve) => void waiting.push({ count, resolve }))
  return {
    root: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    token: `${BOT_ID}:bench-token-AAbbCCddEEff`,
    nextAccepted: () => acceptedAt(accepted + 1),
    accepted: acceptedAt,
    counts: () => ({ accepted, refused }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
