import { AppError, errorText } from './errors.ts'

/** Passwords in addresses, and the tokens of Telegram, Slack and OpenAI, whoever quotes them in an error. */
const SECRETS = [
  [/(\w:\/\/)[^\s/@]+@/g, '$1[secret]@'],
  [/\d{5,}:[\w-]{20,}|\b(?:xox[a-z]|xapp|sk)-[\w-]{8,}/g, '[secret]'],
] as const

/**
 * An error and what caused it, for a log line: what happened and where. Libraries hang queries with their values,
 * requests with their headers and whole answers on their errors; none of that is taken along.
 */
export const loggableError = (error: unknown): unknown => {
  if (typeof error === 'string') return withoutSecrets(error)
  if (!(error instanceof Error)) return error
  const { code, status } = error as { code?: unknown; status?: unknown }
  return {
    type: error.constructor.name,
    message: withoutSecrets(errorText(error)),
    // Not `code`, which is what invitations are called and never logged.
    ...(isShort(code) && { errorCode: code }),
    ...(isShort(status) && { status }),
    ...(error instanceof AppError && { reference: error.reference, told: error.userMessage.key }),
    stack: framesOf(error),
    ...(error.cause !== undefined && { cause: loggableError(error.cause) }),
    ...(error instanceof AggregateError && { errors: error.errors.map(loggableError) }),
  }
}

const isShort = (value: unknown): boolean =>
  typeof value === 'number' || (typeof value === 'string' && value.length <= 40)

/** Without the message, which stands in front of them. */
const framesOf = ({ stack = '' }: Error): string =>
  stack
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .join('\n')

const withoutSecrets = (text: string): string =>
  SECRETS.reduce((rest, [pattern, instead]) => rest.replace(pattern, instead), text)
