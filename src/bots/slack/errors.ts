import {
  WebAPIHTTPError,
  WebAPIPlatformError,
  WebAPIRateLimitedError,
  WebAPIRequestError,
} from '@slack/web-api'
import { AppError, errorText } from '../../errors.ts'
import { withoutSecrets } from './log.ts'

/** What Slack asks when it names no time. */
const DEFAULT_RETRY_AFTER_MS = 30_000

const RATE_ERRORS: ReadonlySet<string> = new Set(['ratelimited', 'rate_limited', 'message_limit_exceeded'])

const PASSING_ERRORS: ReadonlySet<string> = new Set([
  'internal_error',
  'fatal_error',
  'service_unavailable',
  'request_timeout',
  'team_added_to_org',
])

/** The message is not there any more, or not ours to change: it has to be sent anew. */
const GONE_ERRORS: ReadonlySet<string> = new Set([
  'message_not_found',
  'cant_update_message',
  'edit_window_closed',
  'thread_not_found',
])

/** The workspace, or an app installed before it knew of files, does not let the bot send any. */
const NO_FILES_ERRORS: ReadonlySet<string> = new Set([
  'missing_scope',
  'file_uploads_disabled',
  'file_uploads_except_images_disabled',
  'file_upload_size_restricted',
  'file_type_not_allowed',
  'blocked_file_type',
])

/** What a person can do about it. */
const ADVICE: Record<string, string> = {
  channel_not_found: 'the channel does not exist, or the bot is not in it',
  not_in_channel: 'invite the bot to the channel first',
  is_archived: 'the channel is archived',
  account_inactive: 'the bot was removed from the workspace: install the app again',
  invalid_auth: 'the bot token is not valid: set SLACK_BOT_TOKEN to the one of this app',
  not_authed: 'the bot token is missing: set SLACK_BOT_TOKEN',
  token_revoked: 'the token was revoked: install the app again and set the new token',
  token_expired: 'the token has expired: install the app again and set the new token',
  missing_scope: 'a permission is missing: compare the app with slack-manifest.yaml and install it again',
  restricted_action: 'a setting of the workspace does not let the bot post there',
  not_allowed_token_type:
    'the token is of the wrong kind: bot tokens start with xoxb-, app tokens with xapp-',
  cannot_dm_bot: 'bots cannot be written to',
  user_not_found: 'there is no such person in the workspace',
}

/**
 * Calls a Web API method; `method` names it in errors.
 *
 * @throws AppError rate_limited (with retryAfterMs), platform_unavailable, platform_refused. Never with a token.
 */
export const slackCall = async <T>(method: string, call: () => Promise<T>): Promise<T> => {
  try {
    return await call()
  } catch (error) {
    throw toAppError(method, error)
  }
}

/** Slack's own word for what went wrong, e.g. `channel_not_found`. */
export const slackErrorOf = (error: unknown): string | undefined =>
  error instanceof AppError && typeof error.userMessage.args.reason === 'string'
    ? error.userMessage.args.reason
    : undefined

export const isGone = (error: unknown): boolean => GONE_ERRORS.has(slackErrorOf(error) ?? '')

export const isNoFiles = (error: unknown): boolean => NO_FILES_ERRORS.has(slackErrorOf(error) ?? '')

/** True when trying again cannot help until a person has changed something. */
export const isFinal = (error: unknown): boolean => error instanceof AppError && !error.retryable

const toAppError = (method: string, error: unknown): AppError => {
  if (error instanceof WebAPIRateLimitedError) return rateLimited(method, error.retryAfter)
  if (error instanceof WebAPIPlatformError) return platformError(method, error)
  if (error instanceof WebAPIHTTPError)
    return error.statusCode >= 500
      ? new AppError('platform_unavailable', `Slack answered ${method} with status ${error.statusCode}`)
      : refused(method, `http_${error.statusCode}`)
  if (error instanceof WebAPIRequestError)
    return new AppError(
      'platform_unavailable',
      `Slack could not be reached for ${method}: ${withoutSecrets(error.original.message)}`,
    )
  return new AppError('platform_unavailable', `${method} failed: ${withoutSecrets(errorText(error))}`)
}

const platformError = (method: string, { data }: WebAPIPlatformError): AppError => {
  if (RATE_ERRORS.has(data.error)) return rateLimited(method, data.response_metadata?.retryAfter)
  if (PASSING_ERRORS.has(data.error))
    return new AppError('platform_unavailable', `Slack failed at ${method}: ${data.error}`)
  return refused(method, data.error, data.response_metadata?.messages)
}

const rateLimited = (method: string, retryAfterSeconds: number | undefined): AppError =>
  new AppError('rate_limited', `Slack limits the rate of ${method}`, {
    retryAfterMs: retryAfterSeconds === undefined ? DEFAULT_RETRY_AFTER_MS : retryAfterSeconds * 1000,
  })

const refused = (method: string, reason: string, details: string[] = []): AppError => {
  const advice = ADVICE[reason]
  const told = [reason, ...(advice ? [advice] : []), ...details].join('; ')
  return new AppError('platform_refused', withoutSecrets(`Slack refused ${method}: ${told}`), {
    userMessage: { key: 'error-platform-refused', args: { platform: 'Slack', reason } },
  })
}
