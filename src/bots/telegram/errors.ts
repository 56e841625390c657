import { GrammyError, HttpError } from 'grammy'
import { AppError } from '../../errors.ts'
import { type ConversationKey, ConversationMoved } from '../chat.ts'
import { conversationKey } from './address.ts'

const SECOND_MS = 1000

/** What the Bot API says, and what a person can make of it. */
const REASONS: [RegExp, string][] = [
  [/blocked by the user/, 'the person blocked the bot'],
  [/user is deactivated/, 'the account was deleted'],
  [/bot was kicked|bot is not a member|not a member of/, 'the bot was removed from the chat'],
  [/can't initiate conversation/, 'the person has not written to the bot yet'],
  [/chat not found/, 'the chat does not exist, or the bot never was in it'],
  [/message thread not found|TOPIC_DELETED/, 'the topic was deleted'],
  [/TOPIC_CLOSED/, 'the topic is closed'],
  [/not enough rights|CHAT_WRITE_FORBIDDEN|have no rights/, 'the bot may not write in the chat'],
]

/**
 * What a failed call means, in prorab's words. Nothing of the original is kept as cause: grammY's network errors
 * quote the address with the token in it, and its API errors quote what people wrote.
 *
 * @returns ConversationMoved when the group became a supergroup; else an AppError: rate_limited (with how long to
 *   wait), platform_unavailable, misconfigured (the token), platform_refused.
 */
export const telegramError = (error: unknown, botId: number): AppError | ConversationMoved => {
  if (error instanceof AppError || error instanceof ConversationMoved) return error
  if (error instanceof GrammyError) return fromAnswer(error, botId)
  const code = error instanceof HttpError ? networkCode(error.error) : undefined
  return new AppError('platform_unavailable', `Telegram cannot be reached${code ? ` (${code})` : ''}`)
}

const fromAnswer = (error: GrammyError, botId: number): AppError | ConversationMoved => {
  const { error_code: code, description, method, parameters } = error
  const moved = parameters.migrate_to_chat_id
  if (moved !== undefined) return new ConversationMoved(movedTo(botId, moved))
  const said = `Telegram answered ${method} with ${code} ${description}`
  if (code === 429)
    return new AppError('rate_limited', said, { retryAfterMs: (parameters.retry_after ?? 1) * SECOND_MS })
  if (code >= 500) return new AppError('platform_unavailable', said)
  if (code === 401 || (code === 404 && description === 'Not Found'))
    return new AppError(
      'misconfigured',
      `Telegram does not know this bot: check TELEGRAM_BOT_TOKEN with @BotFather, and TELEGRAM_API_ROOT (${said})`,
    )
  if (method === 'setWebhook' && code === 400)
    return new AppError('misconfigured', `Telegram cannot use TELEGRAM_WEBHOOK_URL (${said})`)
  const reason = REASONS.find(([pattern]) => pattern.test(description))?.[1] ?? description
  return new AppError('platform_refused', `${said}: ${reason}`)
}

/** The topics of the new group are new, too. */
const movedTo = (botId: number, chatId: number): ConversationKey =>
  conversationKey(botId, { chatId, topicId: 0 })

/** A code such as ECONNRESET, and never the message, which quotes the address. */
const networkCode = (error: unknown): string | undefined => {
  const { code, type, name } = (error ?? {}) as Record<string, unknown>
  return [code, type, name].find(
    (value): value is string => typeof value === 'string' && /^[\w-]+$/.test(value),
  )
}

export const isNotModified = (error: unknown): boolean => says(error, /message is not modified/)

/** Deleted, too old, or of a kind that cannot change: a new message must take its place. */
export const isGone = (error: unknown): boolean =>
  says(error, /message to (edit|delete) not found|message can't be (edited|deleted)|MESSAGE_ID_INVALID/)

/** It is a file, which cannot become a text. */
export const isOfAnotherKind = (error: unknown): boolean =>
  says(error, /there is no text in the message to edit/)

const says = (error: unknown, pattern: RegExp): boolean =>
  error instanceof GrammyError && error.error_code === 400 && pattern.test(error.description)
