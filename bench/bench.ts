/** What a bench is given by the runner. */
export interface BenchContext {
  /** Under half a minute, with fewer repetitions. */
  quick: boolean
  /** A Postgres of somebody's choice; without it a bench brings its own. */
  databaseUrl: string | undefined
  /** A Redis of somebody's choice for the job queues; without it they are in Postgres. */
  redisUrl: string | undefined
  /** Tells whoever waits how far it is. */
  say(progress: string): void
  /** Undone when the bench ends, fails or is interrupted, the last first. */
  cleanup: AsyncDisposableStack
}

export interface BenchResult {
  figures: Record<string, number>
  /** Both sides of a ratio are measured in the same run. */
  ratios: Record<string, number>
  aims: Record<string, Aim>
}

export interface Aim {
  limit: number
  met: boolean
}

export interface Bench {
  name: string
  /** One line for `npm run bench -- list`. */
  about: string
  run(context: BenchContext): Promise<BenchResult>
}

export const atMost = (limit: number, measured: number): Aim => ({ limit, met: measured <= limit })
export const atLeast = (limit: number, measured: number): Aim => ({ limit, met: measured >= limit })
