import { SECOND_MS, systemClock } from '../../clock.ts'
import type { Log } from '../../log.ts'
import type { Cluster } from './cluster.ts'
import { isServerOf, type Postmaster } from './postmaster.ts'

const LOOK_MS = SECOND_MS

export interface KeptServer {
  /** Looks no longer after it. @returns the server as it is now. */
  release(): Promise<Postmaster>
}

/**
 * Starts the server again when it is gone, as after the kernel ran out of memory: at the same address, so that
 * everybody who is connected by it finds it again.
 */
export const keepRunning = (
  cluster: Cluster,
  first: Postmaster,
  { startAgain, log }: { startAgain: (port: number) => Promise<Postmaster>; log: Log },
): KeptServer => {
  const released = new AbortController()
  let server = first

  const look = async () => {
    if (await isServerOf(server.pid, cluster.pgdata)) return
    log.warn({ port: server.port }, 'postgres.gone')
    server = await startAgain(server.port)
    log.info({ port: server.port }, 'postgres.started_again')
  }
  const watch = async () => {
    while (!released.signal.aborted) {
      await systemClock.sleep(LOOK_MS, released.signal).catch(() => {})
      if (released.signal.aborted) return
      await look().catch((error) => log.error({ err: error }, 'postgres.cannot_start_again'))
    }
  }
  const watching = watch()

  return {
    release: async () => {
      released.abort()
      await watching
      return server
    },
  }
}
