import type { Queues } from './queues.ts'

/** Something that happens by itself every so often, once for all processes together (M-4). */
export interface Schedule {
  /** What people call it: `github_sync`. */
  name: string
  everyMs: number
  /** One round; it keeps others from doing the same beside it, and writes down how it went (see `runSyncJob`). */
  run(): Promise<unknown>
}

/** All of them may run side by side; each waits for itself. */
const AT_ONCE = 16

/** Has this process take part in what happens by itself. Whichever process is free does it. */
export const startSchedules = async (queues: Queues, schedules: readonly Schedule[]): Promise<void> => {
  const known = new Map(schedules.map((schedule) => [schedule.name, schedule]))
  queues.work('sync', async (name) => void (await known.get(name)?.run()), { concurrency: AT_ONCE })
  for (const { name, everyMs } of schedules) await queues.every('sync', name, everyMs)
}
