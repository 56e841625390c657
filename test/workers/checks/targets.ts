import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer as createWeb, type RequestListener } from 'node:http'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import type { Check } from '../../../src/domain/checks/check.ts'
import { createGuard, type GuardDeps } from '../../../src/workers/checks/guard.ts'

export interface Target extends AsyncDisposable {
  port: number
  /** How many connections came so far. */
  readonly connections: number
  /** Connections that are open now. */
  readonly open: number
}

const listening = async (server: Server): Promise<Target> => {
  const sockets = new Set<Socket>()
  let connections = 0
  server.on('connection', (socket: Socket) => {
    connections += 1
    sockets.add(socket)
    socket.on('error', () => {}).once('close', () => sockets.delete(socket))
    // Else nobody would notice that the other side is gone.
    socket.resume()
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    get connections() {
      return connections
    },
    get open() {
      return sockets.size
    },
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

/** A web server on a real socket. */
export const webTarget = (answer: RequestListener): Promise<Target> => listening(createWeb(answer))

/** Anything else on a real socket. */
export const socketTarget = (talk: (socket: Socket) => void): Promise<Target> => listening(createServer(talk))

export const serverTarget = (server: Server): Promise<Target> => listening(server)

/** What a check may see in these tests: the given ports of this machine, and names as given. */
export const guardFor = (
  ports: readonly number[],
  { names = {}, ...deps }: Partial<Omit<GuardDeps, 'resolve'>> & { names?: Record<string, string[]> } = {},
) =>
  createGuard({
    ownEndpoints: [],
    ownAddresses: () => [],
    resolve: async (host) => {
      const addresses = names[host]
      if (!addresses) throw Object.assign(new Error(`no ${host}`), { code: 'ENOTFOUND' })
      return addresses
    },
    ...deps,
    allocatedPorts: new Set(ports),
  })

/** A check that was never made. */
export const checkOf = (change: Partial<Check>): Check => ({
  id: randomUUID(),
  key: 'check',
  kind: 'http',
  target: {},
  projectId: null,
  serverId: null,
  intervalMs: 30_000,
  timeoutMs: 10_000,
  failAfter: 3,
  recoverAfter: 2,
  enabled: true,
  state: 'unknown',
  failures: 0,
  successes: 0,
  lastCheckedAt: null,
  lastOkAt: null,
  lastError: null,
  latencyMs: null,
  facts: {},
  nextAt: new Date('2030-01-01T12:00:00Z'),
  claimedUntil: null,
  claim: null,
  createdAt: new Date('2030-01-01T12:00:00Z'),
  ...change,
})
