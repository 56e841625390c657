import type { NoticeContent } from '../db/shapes/outgoing.ts'
import type { AppError, ErrorCode } from '../errors.ts'

/** A rule said no and the person knows why: there is nothing to look up in a log. */
const REFUSALS: ReadonlySet<ErrorCode> = new Set([
  'invalid',
  'not_found',
  'forbidden',
  'conflict',
  'stopped',
  'budget_exceeded',
])

export const isRefusal = ({ code }: Pick<AppError, 'code'>): boolean => REFUSALS.has(code)

/** The one message an error ends in; a failure carries the reference that finds it in the logs. */
export const failureNotice = (error: AppError): NoticeContent => {
  const { key, args } = error.userMessage
  if (isRefusal(error)) return { type: 'notice', key, args }
  const shown = error.code === 'internal' ? 'failure-generic' : key
  return { type: 'notice', key: shown, args: { ...args, reference: error.reference } }
}
