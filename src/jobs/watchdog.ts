import { MINUTE_MS, SECOND_MS } from '../clock.ts'
import { countOverdue } from '../domain/incidents/due-timers.ts'
import { freeOrphans, rearmLost } from '../domain/incidents/lost.ts'
import { healNobodyOnCall, openNobodyOnCall } from '../domain/incidents/nobody-on-call.ts'
import { errorText } from '../errors.ts'
import { createEscalation, type EscalationDeps } from './escalation.ts'

/** How often the watchdog looks. */
export const WATCHDOG_INTERVAL_MS = MINUTE_MS
const DEAD_MAN_TIMEOUT_MS = 10 * SECOND_MS

export interface WatchdogDeps extends EscalationDeps {
  /** Something outside that raises an alarm when it is not called for a while. */
  deadManUrl?: string | undefined
  fetch?: typeof fetch
}

export interface WatchdogRound {
  /** Incidents whose timer was lost. */
  lost: number
  /** Timers that nobody drove in time. */
  overdue: number
  /** Incidents that are over, with something still below them. */
  orphans: number
  /** 1 when nothing was found and the outside was told so. */
  content: number
}

/**
 * Watches over those who watch (M-12): finds what fell between escalation and incidents, and drives it. While there
 * is nothing to find it says so to somebody outside, who misses it when this program, or this job, is dead.
 */
export const createWatchdog = (deps: WatchdogDeps) => {
  const { db, clock, log, wake } = deps
  const escalation = createEscalation(deps)
  return async (signal?: AbortSignal): Promise<WatchdogRound> => {
    const now = clock.now()
    const overdue = await countOverdue(db, now)
    const lost = await rearmLost(db, now)
    const { freed: orphans, wake: freed } = await freeOrphans(db, now)
    const healed = await healGaps(deps, now)
    await Promise.all([...new Set([...freed, ...healed])].map((id) => wake.deliver(id)))
    const found = { lost, overdue, orphans }
    const isContent = lost + overdue + orphans === 0
    if (!isContent) {
      log.warn(found, 'watchdog.found')
      await escalation(signal)
    }
    if (isContent) await sayContent(deps, signal)
    return { ...found, content: Number(isContent) }
  }
}

const healGaps = async ({ db, whoIsOnCall }: WatchdogDeps, now: Date): Promise<string[]> => {
  const wake: string[] = []
  for (const gap of await openNobodyOnCall(db))
    if (await whoIsOnCall(db, { projectId: gap.projectId, at: now }))
      wake.push(...(await db.transaction((tx) => healNobodyOnCall(tx, gap, now))))
  return wake
}

const sayContent = async (
  { deadManUrl, fetch: request = fetch, log }: WatchdogDeps,
  signal: AbortSignal | undefined,
): Promise<void> => {
  if (!deadManUrl) return
  const limits = [AbortSignal.timeout(DEAD_MAN_TIMEOUT_MS), ...(signal ? [signal] : [])]
  try {
    const response = await request(deadManUrl, { signal: AbortSignal.any(limits) })
    await response.body?.cancel()
    if (!response.ok) log.warn({ status: response.status }, 'watchdog.dead_man_refused')
  } catch (error) {
    log.warn({ err: errorText(error) }, 'watchdog.dead_man_unreachable')
  }
}
