import { Agent, request } from 'node:http'
import type { Update } from 'grammy/types'

export const WEBHOOK_SECRET = 'bench-webhook-secret-1234'
export const WEBHOOK_PATH = '/telegram/webhook'

/** Telegram's side of a webhook. */
export interface Webhook {
  /** Resolves with whether the bot acknowledged; never rejects, because a bot that is down is part of a bench. */
  post(update: Update): Promise<boolean>
  close(): void
}

/** @param connections how many requests are under way at once. */
export const createWebhook = ({ port, connections }: { port: number; connections: number }): Webhook => {
  const agent = new Agent({ keepAlive: true, maxSockets: connections })
  return {
    post: (update) =>
      new Promise((resolve) => {
        const body = JSON.stringify(update)
        const posting = request(
          {
            agent,
            host: '127.0.0.1',
            port,
            path: WEBHOOK_PATH,
            method: 'POST',
            headers: {
              'content-type': 'application/json',
              'content-length': Buffer.byteLength(body),
              'x-telegram-bot-api-secret-token': WEBHOOK_SECRET,
            },
          },
          (response) => {
            response.resume()
            response.once('end', () => resolve(response.statusCode === 200))
            response.once('error', () => resolve(false))
          },
        )
        posting.once('error', () => resolve(false))
        posting.end(body)
      }),
    close: () => agent.destroy(),
  }
}
