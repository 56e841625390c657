import { join } from 'node:path'
import type { ChatAdapter } from '../bots/chat.ts'
import type { WelcomeFacts } from '../bots/welcome.ts'
import type { Config } from '../config.ts'
import { modelEndpoint } from '../graph/models/endpoint.ts'
import { createLog } from '../log.ts'
import { createSandbox } from '../workers/sandbox.ts'
import type { Instance } from './instance.ts'
import { packageVersion } from './package-version.ts'

const CHECK_TIMEOUT_MS = 3_000

/** What the start screen tells, asked of the parts themselves. */
export const welcomeFacts = async (
  config: Config,
  { app, claimCode, database }: Instance,
): Promise<WelcomeFacts> => {
  const [telegram, slack, sandbox] = await Promise.all([
    botName(app.adapters.get('telegram')),
    botName(app.adapters.get('slack')),
    createSandbox({ log: createLog({ level: 'silent' }) }).describe(),
  ])
  return {
    version: packageVersion(),
    database:
      database === 'external'
        ? { kind: 'external', host: hostOf(config.databaseUrl) }
        : { kind: 'embedded', folder: config.dataDir, adopted: database === 'adopted' },
    jobs: config.redisUrl ? { kind: 'redis', host: hostOf(config.redisUrl) } : { kind: 'postgres' },
    model: config.model
      ? {
          kind: 'openai',
          name: app.modelLabel,
          host: hostOf(modelEndpoint(config.model)),
        }
      : { kind: 'offline' },
    telegram: config.telegram && { bot: telegram, mode: config.telegram.webhook ? 'webhook' : 'polling' },
    slack: config.slack && { bot: slack, mode: 'socket' in config.slack.mode ? 'socket' : 'http' },
    forge: { kind: 'local', folder: join(config.dataDir, 'forge') },
    services: { bubblewrap: sandbox.by === 'bubblewrap' },
    healthUrl: `http://127.0.0.1:${app.port}/healthz`,
    claimCode,
    chat: app.adapters.has('console'),
  }
}

const hostOf = (url: string | undefined): string => (url ? new URL(url).host : '')

/** Who the platform says we are; a platform that does not answer in time must not hold up the start. */
const botName = async (adapter: ChatAdapter | undefined): Promise<string | undefined> => {
  const late = new Promise<undefined>((resolve) =>
    setTimeout(() => resolve(undefined), CHECK_TIMEOUT_MS).unref(),
  )
  return Promise.race([adapter?.check().catch(() => undefined), late])
}
