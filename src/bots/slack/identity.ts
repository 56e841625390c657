import type { WebClient } from '@slack/web-api'
import { slackCall } from './errors.ts'

/** Who the bot is in the workspace that installed it. */
export interface Identity {
  teamId: string
  teamName: string
  botUserId: string
  botId: string
  botName: string
}

/**
 * Asks Slack once who we are; a failure is not remembered.
 * @throws AppError as `slackCall`.
 */
export const createIdentity = (web: WebClient): (() => Promise<Identity>) => {
  let known: Promise<Identity> | undefined
  return () => {
    const asked = known ?? ask(web)
    known = asked
    asked.catch(() => {
      known = undefined
    })
    return asked
  }
}

const ask = async (web: WebClient): Promise<Identity> => {
  const me = await slackCall('auth.test', () => web.auth.test())
  return {
    teamId: me.team_id ?? '',
    teamName: me.team ?? '',
    botUserId: me.user_id ?? '',
    botId: me.bot_id ?? '',
    botName: me.user ?? '',
  }
}
