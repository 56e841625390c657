import { type App, createApp } from '../../src/app.ts'
import { createCommandMenu } from '../../src/bots/commands/index.ts'
import { createTelegramAdapter } from '../../src/bots/telegram/index.ts'
import { createTexts } from '../../src/bots/texts.ts'
import { systemClock } from '../../src/clock.ts'
import { loadConfig } from '../../src/config.ts'
import type { Models } from '../../src/graph/models/model.ts'
import { createLog } from '../../src/log.ts'
import type { BenchContext } from '../bench.ts'
import type { BotApi } from './bot-api.ts'
import { temporaryFolder } from './database.ts'
import { createWebhook, WEBHOOK_PATH, WEBHOOK_SECRET, type Webhook } from './webhook.ts'

/** Texts are answered at once: the wait for the rest of a burst is deliberate, and would only be added to all. */
export const BURST_WINDOW_MS = 0
const CONNECTIONS = 50

/** The whole program in this process, on Telegram by webhook, less the command line. Not started yet. */
export const createProrab = async (
  context: BenchContext,
  { api, databaseUrl, models }: { api: BotApi; databaseUrl: string; models?: Models },
): Promise<{ app: App; webhook: Webhook }> => {
  const config = loadConfig({
    PRORAB_DATA_DIR: await temporaryFolder(context),
    PORT: '0',
    TELEGRAM_BOT_TOKEN: api.token,
    TELEGRAM_API_ROOT: api.root,
    TELEGRAM_WEBHOOK_URL: `http://127.0.0.1${WEBHOOK_PATH}`,
    TELEGRAM_WEBHOOK_SECRET: WEBHOOK_SECRET,
    REDIS_URL: context.redisUrl,
  })
  const { telegram } = config
  if (!telegram) throw new Error('Telegram is configured')
  const log = createLog({ level: 'warn' })
  const menu = createCommandMenu(createTexts())
  const app = await createApp({
    config,
    log,
    databaseUrl,
    alone: true,
    burstWindowMs: BURST_WINDOW_MS,
    adapters: () => [createTelegramAdapter({ ...telegram, log, clock: systemClock, menu })],
    ...(models && { models }),
  })
  context.cleanup.defer(() => app.stop())
  const webhook = createWebhook({ port: app.port, connections: CONNECTIONS })
  context.cleanup.defer(async () => webhook.close())
  return { app, webhook }
}
