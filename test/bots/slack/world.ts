import type { AddressInfo } from 'node:net'
import { PassThrough } from 'node:stream'
import { serve } from '@hono/node-server'
import { createSlackAdapter, type SlackOptions } from '../../../src/bots/slack/index.ts'
import { type Clock, systemClock } from '../../../src/clock.ts'
import { createLog } from '../../../src/log.ts'
import { createFakeSlack } from '../../fakes/slack.ts'

export type Way = 'socket' | 'http'

/** The adapter and a workspace of its own; nothing is started. */
export const createSlackWorld = async (
  way: Way,
  options: Partial<SlackOptions> & { clock?: Clock; ackTimeoutMs?: number } = {},
) => {
  const { clock = systemClock, ackTimeoutMs, ...rest } = options
  const slack = await createFakeSlack({ clock, ackTimeoutMs })
  let logged = ''
  const lines = new PassThrough()
  lines.on('data', (chunk) => {
    logged += String(chunk)
  })
  const adapter = createSlackAdapter({
    botToken: slack.botToken,
    apiUrl: slack.apiUrl,
    mode: way === 'socket' ? { socket: slack.appToken } : { signingSecret: slack.signingSecret },
    log: createLog({ level: 'debug', to: lines }),
    clock,
    ...rest,
  })
  const server = adapter.routes && serve({ fetch: adapter.routes.fetch, port: 0, hostname: '127.0.0.1' })
  if (server) {
    await new Promise<void>((resolve) =>
      server.listening ? resolve() : server.once('listening', () => resolve()),
    )
    slack.useHttp(`http://127.0.0.1:${(server.address() as AddressInfo).port}/slack/events`)
  }
  return {
    slack,
    adapter,
    logged: () => logged,
    close: async () => {
      await adapter.stop()
      await slack.close()
      if (server) await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}
