import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Database } from '../../../src/db/client.ts'
import { ports, projects } from '../../../src/db/schema/index.ts'
import { serviceCheckKey } from '../../../src/domain/checks/check.ts'
import { ensureCheck } from '../../../src/domain/checks/ensure.ts'

/** A service that prorab looks at, and which does what a test says. */
export interface WatchedService extends AsyncDisposable {
  projectId: string
  /** How often it was looked at. */
  readonly looks: number
  breaks(): void
  heals(): void
  /** Answers nobody until it heals or breaks; then also those who wait. */
  hangs(): void
}

/**
 * One failed look is enough to call it wrong, and one good one to call it right again. What hangs does so for as long
 * as a test wants, and a round of looks (five minutes) allows.
 */
const EAGER = { failAfter: 1, recoverAfter: 1, intervalMs: 500, timeoutMs: 290_000 }

export const createWatchedService = async (db: Database, name: string): Promise<WatchedService> => {
  let mode: 'well' | 'broken' | 'hanging' = 'well'
  let looks = 0
  const waiting = new Set<ServerResponse>()
  const answer = (response: ServerResponse) => response.writeHead(mode === 'well' ? 200 : 503).end('{}')
  const server = createServer((_, response) => {
    looks++
    if (mode === 'hanging') waiting.add(response)
    else answer(response)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo

  const become = (next: typeof mode) => {
    mode = next
    if (mode === 'hanging') return
    for (const response of waiting) answer(response)
    waiting.clear()
  }
  const projectId = await db.transaction(async (tx) => {
    const [project] = await tx.insert(projects).values({ name, title: name, status: 'active' }).returning()
    if (!project) throw new Error('an insert returns its row')
    await tx.insert(ports).values({ port, projectId: project.id })
    await ensureCheck(tx, {
      ...EAGER,
      key: serviceCheckKey(project.id),
      kind: 'http',
      target: { url: `http://127.0.0.1:${port}/healthz` },
      projectId: project.id,
      now: new Date(),
    })
    return project.id
  })
  return {
    projectId,
    get looks() {
      return looks
    },
    breaks: () => become('broken'),
    heals: () => become('well'),
    hangs: () => become('hanging'),
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
