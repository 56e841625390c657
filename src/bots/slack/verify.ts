import { createHmac, timingSafeEqual } from 'node:crypto'
import { MINUTE_MS } from '../../clock.ts'

/** Older, and newer, requests are refused: a signature may not be kept for later. */
const MAX_SKEW_MS = 5 * MINUTE_MS
const VERSION = 'v0'

export interface SignedRequest {
  signingSecret: string
  /** Header `x-slack-signature`. */
  signature: string | undefined
  /** Header `x-slack-request-timestamp`, seconds. */
  timestamp: string | undefined
  body: Uint8Array
  now: Date
}

/** True when Slack signed exactly this body within five minutes of now (B-2; docs.slack.dev, "Verifying requests"). */
export const isSignedBySlack = ({
  signingSecret,
  signature,
  timestamp,
  body,
  now,
}: SignedRequest): boolean => {
  if (!signingSecret || !signature || !timestamp || !/^\d{1,12}$/.test(timestamp)) return false
  if (Math.abs(now.getTime() - Number(timestamp) * 1000) > MAX_SKEW_MS) return false
  const expected = createHmac('sha256', signingSecret)
    .update(`${VERSION}:${timestamp}:`)
    .update(body)
    .digest('hex')
  return isSame(signature, `${VERSION}=${expected}`)
}

/** Takes as long for a near miss as for a far one. */
const isSame = (given: string, expected: string): boolean => {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)]
  return a.length === b.length && timingSafeEqual(a, b)
}
