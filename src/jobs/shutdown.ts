import type { HeldLease } from '../db/lease.ts'
import { AppError } from '../errors.ts'

/** The end of the process looks to the work in hand like a lost lease: leave everything as it is, somebody goes on. */
export const shuttingDown = () => new AppError('lease_lost', 'prorab is shutting down')

export const untilShutdown = (lease: HeldLease, shutdown: AbortSignal): HeldLease => ({
  ...lease,
  signal: AbortSignal.any([lease.signal, shutdown]),
})
