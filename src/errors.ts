import { randomBytes } from 'node:crypto'

/**
 * The one family of errors (design rule 9). `userMessage` names a text in `bots/locales`, so a domain rule can
 * refuse in the reader's language without knowing any; `reference` finds the failure in the logs.
 */
export class AppError extends Error {
  override readonly name = 'AppError'
  readonly code: ErrorCode
  readonly retryable: boolean
  readonly userMessage: UserMessage
  readonly reference: string
  /** For `rate_limited`: how long the other side asked us to wait. */
  readonly retryAfterMs: number | undefined
  /** For `rate_limited`: what has to wait. Unknown means the one chat. */
  readonly scope: 'chat' | 'global' | undefined

  constructor(code: ErrorCode, message: string, options: AppErrorOptions = {}) {
    super(message, { cause: options.cause })
    this.code = code
    this.retryable = options.retryable ?? RETRYABLE.has(code)
    this.userMessage = options.userMessage ?? { key: `error-${code.replaceAll('_', '-')}`, args: {} }
    this.reference = options.reference ?? newReference()
    this.retryAfterMs = options.retryAfterMs
    this.scope = options.scope
  }
}

/** A text by key, rendered in the reader's language when it is shown. */
export interface UserMessage {
  key: string
  args: Record<string, string | number>
}

export interface AppErrorOptions {
  cause?: unknown
  retryable?: boolean
  userMessage?: UserMessage
  reference?: string
  retryAfterMs?: number
  /** `global`: everything sent by this bot account waits, not only this chat. */
  scope?: 'chat' | 'global'
}

export type ErrorCode =
  | 'invalid' /** the person's input cannot be used; the message says why */
  | 'not_found'
  | 'forbidden'
  | 'conflict' /** somebody else was first, or the thing moved on */
  | 'rate_limited'
  | 'platform_refused' /** a chat platform or forge said a final no */
  | 'platform_unavailable' /** 5xx, time-out, reset: trying again may help */
  | 'model_failed'
  | 'budget_exceeded'
  | 'no_worker' /** the pool is empty or offline */
  | 'workers_busy' /** every worker that could do it is at its limit */
  | 'sandbox_refused'
  | 'lease_lost'
  | 'stopped' /** a person said /stop */
  | 'misconfigured'
  | 'internal'

const RETRYABLE: ReadonlySet<ErrorCode> = new Set(['rate_limited', 'platform_unavailable', 'lease_lost'])

/** No 0/O/1/I: people read these aloud. */
const ALPHABET = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ'

/** A short id a person can quote, e.g. `P-7F3KQ2`. */
export const newReference = (): string =>
  `P-${Array.from(randomBytes(6), (byte) => ALPHABET[byte % ALPHABET.length]).join('')}`

/** Any thrown value as an AppError; what we did not foresee becomes `internal`. */
export const asAppError = (error: unknown): AppError =>
  error instanceof AppError ? error : new AppError('internal', errorText(error), { cause: error })

/**
 * What an error says. Of a failed query that is what the database said: drizzle's own message quotes every value, and
 * those are people's words and codes (M-7).
 */
export const errorText = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error)
  const quotesValues = 'query' in error && 'params' in error && error.cause !== undefined
  return quotesValues ? `a query failed: ${errorText(error.cause)}` : error.message
}
