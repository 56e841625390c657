import { z } from 'zod'
import { type Clock, SECOND_MS } from '../../clock.ts'
import type { Inventory, ListedServer } from '../../domain/servers/inventory.ts'
import { AppError, errorText } from '../../errors.ts'

export interface HetznerOptions {
  token: string
  /** `https://api.hetzner.cloud/v1` unless configured. */
  apiUrl: string
  clock: Clock
  fetch?: typeof globalThis.fetch
}

/** The most the API gives at once. */
const PAGE_SIZE = 50
const PAGES_MAX = 400
const PAGE_TIMEOUT_MS = 20 * SECOND_MS
/** A limit that takes longer to be lifted is left to the next listing. */
const LIMIT_WAIT_MAX_MS = 60 * SECOND_MS
const LIMIT_WAIT_DEFAULT_MS = 5 * SECOND_MS
const BUSY_TRIES = 3

const listedServer = z.looseObject({
  id: z.number().int(),
  name: z.string().min(1),
  status: z.string(),
  public_net: z
    .looseObject({
      ipv4: z.looseObject({ ip: z.string() }).nullish(),
      ipv6: z.looseObject({ ip: z.string() }).nullish(),
    })
    .nullish(),
  private_net: z.array(z.looseObject({ ip: z.string() })).nullish(),
  server_type: z.looseObject({ name: z.string() }).nullish(),
  location: z.looseObject({ name: z.string() }).nullish(),
  datacenter: z.looseObject({ location: z.looseObject({ name: z.string() }) }).nullish(),
})

const listing = z.looseObject({
  servers: z.array(listedServer),
  meta: z.looseObject({
    pagination: z.looseObject({
      next_page: z.number().int().nullable(),
      total_entries: z.number().int().nullable(),
    }),
  }),
})

/**
 * The servers of a Hetzner Cloud project: all pages of them, or an error. The API allows 3,600 requests an hour and
 * says in its headers how many are left; none is sent beyond that.
 */
export const createHetznerInventory = (options: HetznerOptions): Inventory => ({
  source: 'hetzner',
  list: async (signal) => {
    const servers = new Map<string, ListedServer>()
    let total: number | null = null
    for (let page: number | null = 1, asked = 0; page !== null; asked++) {
      if (asked >= PAGES_MAX) throw unavailable('its list of servers never ends')
      const got: z.infer<typeof listing> = await getPage(options, page, signal)
      for (const server of got.servers) servers.set(String(server.id), asListed(server))
      const { total_entries } = got.meta.pagination
      // A server that was made or deleted meanwhile moves others from page to page, and one of them may be overlooked.
      if (total !== null && total_entries !== total) throw unavailable('changed its list while it was read')
      total = total_entries
      page = got.meta.pagination.next_page
    }
    if (total !== null && total !== servers.size)
      throw unavailable(`listed ${servers.size} servers of ${total}`)
    return [...servers.values()]
  },
})

const asListed = (server: z.infer<typeof listedServer>): ListedServer => {
  const location = server.location?.name ?? server.datacenter?.location.name
  return {
    externalId: String(server.id),
    name: server.name,
    address: addressOf(server),
    facts: {
      state: server.status,
      ...(server.server_type && { type: server.server_type.name }),
      ...(location && { location }),
    },
  }
}

/** Of IPv6 the API tells the network, whose first address is the server's. */
const addressOf = ({ public_net, private_net }: z.infer<typeof listedServer>): string =>
  public_net?.ipv4?.ip ??
  public_net?.ipv6?.ip.replace(/::\/64$/, '::1').replace(/\/\d+$/, '') ??
  private_net?.[0]?.ip ??
  ''

const getPage = async (
  options: HetznerOptions,
  page: number,
  signal: AbortSignal,
): Promise<z.infer<typeof listing>> => {
  for (let attempt = 1; ; attempt++) {
    const { answer, text } = await ask(options, page, signal)
    if (answer.ok) {
      await respectLimit(options, answer.headers, signal)
      return parsed(text)
    }
    if (answer.status !== 429 || attempt >= BUSY_TRIES) throw refusal(answer, text)
    await waitForLimit(options, answer.headers, signal)
  }
}

const ask = async (
  { apiUrl, token, clock, fetch = globalThis.fetch }: HetznerOptions,
  page: number,
  signal: AbortSignal,
): Promise<{ answer: Response; text: string }> => {
  const url = new URL(`${apiUrl.replace(/\/+$/, '')}/servers`)
  url.search = String(
    new URLSearchParams({ page: String(page), per_page: String(PAGE_SIZE), sort: 'id:asc' }),
  )
  const ending = new AbortController()
  const done = new AbortController()
  clock.sleep(PAGE_TIMEOUT_MS, done.signal).then(
    () => ending.abort(new Error(`no answer within ${PAGE_TIMEOUT_MS / SECOND_MS} s`)),
    () => {},
  )
  try {
    const answer = await fetch(url, {
      headers: { authorization: `Bearer ${token}`, accept: 'application/json' },
      // The token goes to this address and to no other.
      redirect: 'error',
      signal: AbortSignal.any([signal, ending.signal]),
    })
    return { answer, text: await answer.text() }
  } catch (error) {
    signal.throwIfAborted()
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
    throw unavailable(errorText(cause), error)
  } finally {
    done.abort()
  }
}

const parsed = (text: string): z.infer<typeof listing> => {
  try {
    return listing.parse(JSON.parse(text))
  } catch (error) {
    throw unavailable('answered something that is no list of servers', error)
  }
}

const respectLimit = async (
  options: HetznerOptions,
  headers: Headers,
  signal: AbortSignal,
): Promise<void> => {
  if (headers.get('ratelimit-remaining') === '0') await waitForLimit(options, headers, signal)
}

/** Until the limit is lifted. @throws AppError rate_limited when that takes too long. */
const waitForLimit = async (
  { clock }: HetznerOptions,
  headers: Headers,
  signal: AbortSignal,
): Promise<void> => {
  const resetS = Number(headers.get('ratelimit-reset') ?? Number.NaN)
  const waitMs = Number.isFinite(resetS)
    ? Math.max(SECOND_MS, resetS * SECOND_MS - clock.now().getTime())
    : LIMIT_WAIT_DEFAULT_MS
  if (waitMs > LIMIT_WAIT_MAX_MS)
    throw new AppError('rate_limited', 'Hetzner Cloud: the limit of requests is used up', {
      retryAfterMs: waitMs,
    })
  await clock.sleep(waitMs, signal)
}

const refusal = ({ status }: Response, text: string): AppError => {
  if (status === 401 || status === 403)
    return new AppError('misconfigured', `Hetzner Cloud refuses HCLOUD_TOKEN (${status})`)
  if (status === 429) return new AppError('rate_limited', 'Hetzner Cloud: the limit of requests is used up')
  return unavailable(`answered ${status}${codeIn(text)}`)
}

const codeIn = (text: string): string => {
  try {
    const { error } = JSON.parse(text) as { error?: { code?: unknown } }
    return typeof error?.code === 'string' ? ` (${error.code.slice(0, 40)})` : ''
  } catch {
    return ''
  }
}

const unavailable = (why: string, cause?: unknown): AppError =>
  new AppError('platform_unavailable', `Hetzner Cloud ${why}`, { cause })
