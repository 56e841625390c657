import { errorText } from '../../errors.ts'
import { Refused } from './guard.ts'
import { TimedOut } from './in-time.ts'
import { Unwell } from './outcome.ts'

const BY_CODE: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection reset',
  EPIPE: 'connection reset',
  EHOSTUNREACH: 'no route to the host',
  ENETUNREACH: 'no route to the network',
  ETIMEDOUT: 'the connection timed out',
  ENOTFOUND: 'no such host',
  EAI_AGAIN: 'the DNS does not answer',
  HPE_HEADER_OVERFLOW: 'its headers are too long',
}
const MAX_LENGTH = 200

/** Why a target could not be looked at, in a few words. */
export const whyFailed = (error: unknown): string => {
  if (error instanceof Refused || error instanceof TimedOut || error instanceof Unwell)
    return error.message.slice(0, MAX_LENGTH)
  // Of several addresses each has an error of its own.
  const one = error instanceof AggregateError ? error.errors[0] : error
  const code = one instanceof Error && 'code' in one ? String(one.code) : ''
  return BY_CODE[code] ?? errorText(one).slice(0, MAX_LENGTH)
}
