import type { ChatAdapter, Platform } from '../bots/chat.ts'
import type { HttpServer } from '../http/server.ts'
import { shuttingDown } from '../jobs/shutdown.ts'
import type { Log } from '../log.ts'

export interface Stoppable {
  http: HttpServer
  adapters: ReadonlyMap<Platform, ChatAdapter>
  shutdown: AbortController
  timers: { stop(): void }[]
  queues: { close(): Promise<void> }
  actions: { settled(): Promise<void> }
  delivery: { stop(): Promise<void> }
  /** What hears of changes in the database. */
  agents: { close(): Promise<void> }
  membership: { leave(): Promise<void> }
  checkpointer: { close(): Promise<void> }
  handle: { close(): Promise<void> }
  log: Log
}

/** Intake first, then work, then what shows its results, then the ground they stand on. */
export const stop = async (parts: Stoppable): Promise<void> => {
  parts.http.drain()
  for (const timer of parts.timers) timer.stop()
  await Promise.allSettled([...parts.adapters.values()].map((adapter) => adapter.stop()))
  parts.shutdown.abort(shuttingDown())
  await Promise.allSettled([parts.queues.close(), parts.actions.settled()])
  await parts.membership.leave().catch((error) => parts.log.warn({ err: error }, 'workers.leave_failed'))
  await parts.delivery.stop()
  await parts.http.close()
  await Promise.allSettled([parts.agents.close(), parts.checkpointer.close()])
  await parts.handle.close()
  parts.log.info('app.stopped')
}
