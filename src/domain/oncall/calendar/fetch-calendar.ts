import { lookup as resolve } from 'node:dns'
import { request as httpRequest, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { isIP, type LookupFunction } from 'node:net'
import { SECOND_MS } from '../../../clock.ts'
import { AppError } from '../../../errors.ts'
import { calendarError } from './calendar-problem.ts'
import { isPublicAddress } from './public-address.ts'

/** Years of somebody's shifts are a tenth of this. */
export const CALENDAR_MAX_BYTES = 2 * 1024 * 1024
const REDIRECTS_MAX = 3
const TIMEOUT_MS = 20 * SECOND_MS

export type FetchedCalendar =
  | { outcome: 'unchanged' }
  | { outcome: 'fetched'; text: string; etag: string | null }

export interface FetchCalendarOptions {
  /** Of the last answer: the other side is asked only for what has changed. */
  etag?: string | null
  signal?: AbortSignal
  timeoutMs?: number
  /** Which addresses may be talked to; those of the open internet unless told. */
  mayReach?: (address: string) => boolean
}

/**
 * Fetches a calendar that somebody named. Every hop is looked at, and the connection goes to the very address that
 * was looked at, so that no name can lead inside.
 *
 * @throws AppError invalid, with a `CalendarProblem`.
 */
export const fetchCalendar = async (
  url: string,
  { etag, signal, timeoutMs = TIMEOUT_MS, mayReach = isPublicAddress }: FetchCalendarOptions = {},
): Promise<FetchedCalendar> => {
  const late = AbortSignal.timeout(timeoutMs)
  const stop = signal ? AbortSignal.any([late, signal]) : late
  try {
    return await follow(calendarAddress(url), { etag, stop, mayReach })
  } catch (error) {
    if (signal?.aborted || error instanceof AppError) throw error
    if (late.aborted) throw calendarError('too-slow', error)
    throw calendarError('unreachable', error)
  }
}

/** @throws AppError invalid for what is no http address; `webcal:` is one. */
export const calendarAddress = (text: string): URL => {
  const url = URL.parse(
    text
      .trim()
      .replace(/^<(.*)>$/, '$1')
      .replace(/^webcals?:/i, 'https:'),
  )
  if (!url || !/^https?:$/.test(url.protocol)) throw calendarError('address')
  return url
}

interface Hop {
  etag: string | null | undefined
  stop: AbortSignal
  mayReach: (address: string) => boolean
}

const follow = async (first: URL, hop: Hop): Promise<FetchedCalendar> => {
  let url = first
  for (let redirects = 0; redirects <= REDIRECTS_MAX; redirects++) {
    const response = await ask(url, hop)
    const { statusCode = 0, headers } = response
    if (statusCode === 200)
      return { outcome: 'fetched', text: await readAll(response), etag: headers.etag ?? null }
    response.destroy()
    if (statusCode === 304 && hop.etag) return { outcome: 'unchanged' }
    const next = statusCode >= 300 && statusCode < 400 && headers.location
    if (!next) throw calendarError('status')
    url = calendarAddress(URL.parse(next, url.href)?.href ?? '')
  }
  throw calendarError('redirects')
}

const ask = (url: URL, { etag, stop, mayReach }: Hop): Promise<IncomingMessage> =>
  new Promise((answer, fail) => {
    const literal = url.hostname.replace(/^\[(.*)\]$/, '$1')
    if (isIP(literal) && !mayReach(literal)) return fail(calendarError('inside'))
    const request = url.protocol === 'https:' ? httpsRequest : httpRequest
    request(url, {
      // A connection of its own: one that is kept could be older than the look at its address.
      agent: false,
      signal: stop,
      lookup: guardedLookup(mayReach),
      headers: {
        accept: 'text/calendar, text/plain;q=0.5',
        'accept-encoding': 'identity',
        'user-agent': 'prorab',
        ...(etag && { 'if-none-match': etag }),
      },
    })
      .on('response', answer)
      .on('error', fail)
      .end()
  })

/** Resolves like the system does, but refuses a name of which one address lies inside. */
const guardedLookup =
  (mayReach: (address: string) => boolean): LookupFunction =>
  (hostname, options, done) => {
    resolve(hostname, { ...options, all: true }, (error, addresses) => {
      if (error) return done(error, '')
      if (!addresses.every(({ address }) => mayReach(address))) return done(calendarError('inside'), '')
      if (options.all) return done(null, addresses)
      const [first] = addresses
      return done(null, first?.address ?? '', first?.family)
    })
  }

const readAll = async (response: IncomingMessage): Promise<string> => {
  if (Number(response.headers['content-length'] ?? 0) > CALENDAR_MAX_BYTES) {
    response.destroy()
    throw calendarError('too-large')
  }
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of response as AsyncIterable<Buffer>) {
    length += chunk.length
    if (length > CALENDAR_MAX_BYTES) throw calendarError('too-large')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}
