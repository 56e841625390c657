import { eq, sql } from 'drizzle-orm'
import type { Executor } from '../../db/client.ts'
import { checks } from '../../db/schema/servers.ts'
import type { CheckKind, CheckTarget } from '../../db/shapes/server.ts'
import type { Check } from './check.ts'

export interface WantedCheck {
  key: string
  kind: CheckKind
  target: CheckTarget
  projectId?: string | null
  serverId?: string | null
  intervalMs?: number
  timeoutMs?: number
  /** After how many failures in a row it is wrong, and after how many successes it is right again. */
  failAfter?: number
  recoverAfter?: number
  now: Date
}

const INTERVAL_MS = 30_000
const TIMEOUT_MS = 10_000

/**
 * Has something looked at from now on. Asking again changes nothing, unless it is to be looked at differently: then
 * what was known of the old target is forgotten, and a result that is still on its way counts for nothing.
 * @param options.anew forgets also when the target is the same.
 */
export const ensureCheck = async (
  tx: Executor,
  { now, ...wanted }: WantedCheck,
  { anew = false }: { anew?: boolean } = {},
): Promise<Check> => {
  const row = { intervalMs: INTERVAL_MS, timeoutMs: TIMEOUT_MS, ...wanted }
  const begun = { ...FORGOTTEN, nextAt: now }
  const [made] = await tx
    .insert(checks)
    .values({ ...row, ...begun })
    .onConflictDoNothing({ target: checks.key })
    .returning()
  if (made) return made
  const [known] = await tx.select().from(checks).where(eq(checks.key, wanted.key)).for('update')
  if (!known) throw new Error(`the check ${wanted.key} vanished`)
  const { key: _, ...changed } = row
  const restart = anew || !known.enabled || !sameTarget(known, wanted)
  const [check] = await tx
    .update(checks)
    .set({ ...changed, ...(restart && begun) })
    .where(eq(checks.id, known.id))
    .returning()
  if (!check) throw new Error('an update of a locked row returns it')
  return check
}

const sameTarget = (known: Check, { kind, target }: Pick<WantedCheck, 'kind' | 'target'>): boolean =>
  known.kind === kind &&
  (['url', 'host', 'port', 'version', 'user'] as const).every((name) => known.target[name] === target[name])

/** What a check is that has never looked. */
const FORGOTTEN = {
  enabled: true,
  state: 'unknown',
  failures: 0,
  successes: 0,
  lastCheckedAt: null,
  lastOkAt: null,
  lastError: null,
  latencyMs: null,
  facts: {},
  claim: null,
  claimedUntil: null,
} as const satisfies Partial<Check>

/** Nobody looks any more. One that is gone already is fine. */
export const removeCheck = async (tx: Executor, key: string): Promise<void> => {
  await tx.delete(checks).where(eq(checks.key, key))
}

/**
 * Switches the looking off for what was stopped on purpose, and on again, from the start. What it knows stays
 * readable while it is off.
 */
export const enableCheck = async (tx: Executor, key: string, on: boolean, now: Date): Promise<void> => {
  await tx
    .update(checks)
    .set(on ? { ...FORGOTTEN, nextAt: now } : { enabled: false, claim: null, claimedUntil: null })
    .where(sql`${checks.key} = ${key} and ${checks.enabled} <> ${on}`)
}
