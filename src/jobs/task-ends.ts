import type { Sql } from 'postgres'
import { type Clock, SECOND_MS } from '../clock.ts'
import type { TaskEnds } from '../domain/tasks/task-ends.ts'
import { errorText } from '../errors.ts'
import type { Log } from '../log.ts'

/** See drizzle/0006_task_ends.sql. */
const CHANNEL = 'prorab_tasks'
/** A notification that was missed, because the connection was lost just then, costs at most this. */
const LOOK_AGAIN_MS = 2 * SECOND_MS

export interface HeardTaskEnds extends TaskEnds {
  /** Begins to hear; without it ends are found by looking. */
  listen(): Promise<void>
}

/** Hears from the database that a task is over, in whatever process it was done. */
export const createTaskEnds = ({ sql, clock, log }: { sql: Sql; clock: Clock; log: Log }): HeardTaskEnds => {
  const watches = new Map<string, Set<() => void>>()
  const tell = (id: string) => {
    for (const hear of watches.get(id) ?? []) hear()
  }
  return {
    listen: async () => {
      // Called again whenever the connection was lost: whatever was said meanwhile has to be looked up.
      const onListening = () => [...watches.keys()].forEach(tell)
      await sql
        .listen(CHANNEL, tell, onListening)
        .catch((error) => log.warn({ err: errorText(error) }, 'task_ends.listen_failed'))
    },
    watch: (taskId) => {
      let heard = new AbortController()
      const hear = () => heard.abort()
      const others = watches.get(taskId) ?? new Set()
      watches.set(taskId, others.add(hear))
      return {
        next: async (signal) => {
          await clock.sleep(LOOK_AGAIN_MS, AbortSignal.any([signal, heard.signal])).catch(() => {})
          signal.throwIfAborted()
          heard = new AbortController()
        },
        [Symbol.dispose]: () => {
          others.delete(hear)
          if (others.size === 0) watches.delete(taskId)
        },
      }
    },
  }
}
