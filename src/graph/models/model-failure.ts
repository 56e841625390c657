import { AppError, errorText, type UserMessage } from '../../errors.ts'

/** The status of an endpoint's answer, where there was one. */
export const statusOf = (error: unknown): number | undefined => {
  const status = (error as { status?: unknown } | null)?.status
  return typeof status === 'number' ? status : undefined
}

/** Whether asking again may help: overload, a server's failure, a broken connection, silence. */
export const passesByItself = (error: unknown): boolean => {
  if (error instanceof AppError) return error.retryable
  if (isOverflow(error)) return false
  const status = statusOf(error)
  return status === undefined || status === 408 || status === 409 || status === 429 || status >= 500
}

/** How long the endpoint asked us to wait: seconds, or a date (RFC 9110, 10.2.3). 0 when it did not say. */
export const retryAfterMs = (error: unknown, now: Date): number => {
  const headers = (error as { headers?: unknown } | null)?.headers
  const value = headers instanceof Headers ? headers.get('retry-after') : null
  if (value === null) return 0
  const waitMs = /^\d+(\.\d+)?$/.test(value) ? Number(value) * 1000 : Date.parse(value) - now.getTime()
  return Number.isFinite(waitMs) ? Math.max(0, waitMs) : 0
}

/** What is told to a person, and the reference that finds the rest in the log. */
export const modelFailure = (error: unknown, model: string): AppError =>
  error instanceof AppError && error.code === 'model_failed'
    ? error
    : new AppError('model_failed', `the model ${model} failed: ${errorText(error)}`, {
        cause: error,
        userMessage: messageFor(error, model),
      })

const messageFor = (error: unknown, model: string): UserMessage => {
  if (isOverflow(error)) return { key: 'model-overflow', args: {} }
  switch (statusOf(error)) {
    case 401:
    case 403:
      return { key: 'model-refused', args: {} }
    case 404:
      return { key: 'model-unknown', args: { model } }
    case 429:
      return { key: 'model-busy', args: {} }
    default:
      return { key: 'error-model-failed', args: {} }
  }
}

/** By name: the package that makes it may be there twice. */
const isOverflow = (error: unknown): boolean =>
  error instanceof Error && error.name === 'ContextOverflowError'
