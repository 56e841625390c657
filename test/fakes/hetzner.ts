import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A server as the API describes one, as far as anybody here reads it. */
export interface FakeServer {
  id: number
  name: string
  ipv4?: string
  ipv6?: string
  private?: string
  status?: string
}

/** What the next answers are instead of the list. */
export type HetznerFault =
  | { kind: 'status'; status: number; code?: string; body?: string }
  | { kind: 'limited'; resetS: number }
  | { kind: 'reset' }
  | { kind: 'silence' }
  | { kind: 'body'; body: string }
  /** At the first request for a page behind the first one. */
  | { kind: 'later'; status: number }
  | { kind: 'meanwhile'; change: () => void }

const TOKEN_PROBLEM = { error: { code: 'unauthorized', message: 'unable to authenticate', details: null } }
const PAGE_MAX = 50

/**
 * The part of the Hetzner Cloud API that lists servers: bearer token, pages, the limit of requests in headers, errors
 * in its form. It refuses what the real one refuses: other methods and paths, pages of more than 50, page zero.
 */
export const startHetzner = async ({ token = 'right-token', now = () => new Date() } = {}) => {
  const servers: FakeServer[] = []
  const faults: HetznerFault[] = []
  const requests: { page: number; authorization: string }[] = []
  let remaining = 3_600
  let resetS = Math.floor(now().getTime() / 1000)

  const answer = (request: IncomingMessage, response: ServerResponse) => {
    const url = new URL(request.url ?? '/', 'http://hetzner')
    const json = (status: number, body: unknown) => {
      response.writeHead(status, {
        'content-type': 'application/json',
        'ratelimit-limit': '3600',
        'ratelimit-remaining': String(remaining),
        'ratelimit-reset': String(resetS),
      })
      response.end(typeof body === 'string' ? body : JSON.stringify(body))
    }
    const refuse = (status: number, code: string) =>
      json(status, { error: { code, message: code, details: null } })
    if (url.pathname !== '/v1/servers') return refuse(404, 'not_found')
    if (request.method !== 'GET') return refuse(405, 'method_not_allowed')
    const { authorization = '' } = request.headers
    const page = Number(url.searchParams.get('page') ?? '1')
    requests.push({ page, authorization })
    if (authorization !== `Bearer ${token}`) return json(401, TOKEN_PROBLEM)
    const perPage = Number(url.searchParams.get('per_page') ?? '25')
    if (!Number.isInteger(page) || page < 1 || !(perPage >= 1 && perPage <= PAGE_MAX))
      return refuse(400, 'invalid_input')
    const waits = page === 1 && (faults[0]?.kind === 'later' || faults[0]?.kind === 'meanwhile')
    const fault = waits ? undefined : faults.shift()
    switch (fault?.kind) {
      case 'status':
        return fault.body === undefined
          ? refuse(fault.status, fault.code ?? 'server_error')
          : json(fault.status, fault.body)
      case 'limited':
        remaining = 0
        resetS = fault.resetS
        refuse(429, 'rate_limit_exceeded')
        remaining = 3_600
        return
      case 'reset':
        return void response.socket?.resetAndDestroy()
      case 'silence':
        return
      case 'body':
        return json(200, fault.body)
      case 'later':
        return refuse(fault.status, 'server_error')
      case 'meanwhile':
        fault.change()
        break
    }
    if (remaining <= 0) return refuse(429, 'rate_limit_exceeded')
    remaining -= 1
    const shown = servers.toSorted((a, b) => a.id - b.id).slice((page - 1) * perPage, page * perPage)
    const last = Math.max(1, Math.ceil(servers.length / perPage))
    json(200, {
      servers: shown.map(described),
      meta: {
        pagination: {
          page,
          per_page: perPage,
          previous_page: page > 1 ? page - 1 : null,
          next_page: page < last ? page + 1 : null,
          last_page: last,
          total_entries: servers.length,
        },
      },
    })
  }

  const web = createServer(answer)
  await once(web.listen(0, '127.0.0.1'), 'listening')
  return {
    apiUrl: `http://127.0.0.1:${(web.address() as AddressInfo).port}/v1`,
    token,
    servers,
    faults,
    requests,
    /** So many requests are left until then, in seconds of the epoch; the limit is lifted when a test says so. */
    allow: (requestsLeft: number, untilS: number) => {
      remaining = requestsLeft
      resetS = untilS
    },
    [Symbol.asyncDispose]: async () => {
      web.closeAllConnections()
      web.close()
      await once(web, 'close')
    },
  }
}

const described = ({ id, name, ipv4, ipv6, private: inside, status = 'running' }: FakeServer) => ({
  id,
  name,
  status,
  created: '2030-01-01T00:00:00+00:00',
  public_net: {
    ipv4: ipv4 ? { id: 1, ip: ipv4, blocked: false, dns_ptr: `${name}.example` } : null,
    ipv6: ipv6 ? { id: 2, ip: ipv6, blocked: false, dns_ptr: [] } : null,
    floating_ips: [],
    firewalls: [],
  },
  private_net: inside ? [{ network: 3, ip: inside, alias_ips: [], mac_address: '86:00:ff:2a:7d:e1' }] : [],
  server_type: { id: 1, name: 'cx22', cores: 2, memory: 4, disk: 40 },
  datacenter: {
    id: 1,
    name: 'fsn1-dc8',
    location: { id: 1, name: 'fsn1', country: 'DE', city: 'Falkenstein' },
  },
  labels: {},
  protection: { delete: false, rebuild: false },
})

export type FakeHetzner = Awaited<ReturnType<typeof startHetzner>>
