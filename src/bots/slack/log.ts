import { type Logger, LogLevel } from '@slack/bolt'
import type { Log } from '../../log.ts'

/** Tokens, the tickets of socket addresses, and addresses that let anybody answer in the bot's name. */
const SECRETS =
  /xox[a-z]-[\w-]+|xapp-[\w-]+|ticket=[^&\s"]+|https?:\/\/[^\s"]*\/(?:actions|commands)\/[^\s"]+/g

export const withoutSecrets = (text: string): string => text.replace(SECRETS, '[secret]')

/** Slack's libraries log into ours. Their debug lines carry what people write, so these are dropped. */
export const slackLogger = (log: Log): Logger => {
  const words = (parts: unknown[]) => withoutSecrets(parts.map(String).join(' '))
  return {
    debug: () => {},
    info: (...parts) => log.debug({ said: words(parts) }, 'slack.library'),
    warn: (...parts) => log.warn({ said: words(parts) }, 'slack.library'),
    error: (...parts) => log.error({ said: words(parts) }, 'slack.library'),
    setLevel: () => {},
    getLevel: () => LogLevel.INFO,
    setName: () => {},
  }
}
