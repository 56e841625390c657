import { eq } from 'drizzle-orm'
import type { Executor, Transaction } from '../../db/client.ts'
import { settings } from '../../db/schema/settings.ts'
import type { ServerSource } from '../../db/shapes/server.ts'
import { heal } from '../incidents/heal.ts'
import { report } from '../incidents/report.ts'

/** A source that fails so often in a row is out, and that is one incident, whatever hangs on it (M-8). */
export const SOURCE_FAILURES_MAX = 3

const settingOf = (source: ServerSource): string => `servers:${source}:failures`
const outageOf = (source: ServerSource): string => `provider_outage:${source}`

/** The listing did not come, or cannot be believed. @returns how often in a row, and conversations to wake. */
export const sourceFailed = async (
  tx: Transaction,
  { source, reason, now }: { source: ServerSource; reason: string; now: Date },
): Promise<{ failures: number; wake: string[] }> => {
  const failures = (await failuresOf(tx, source)) + 1
  await write(tx, source, failures, now)
  if (failures < SOURCE_FAILURES_MAX) return { failures, wake: [] }
  const { wake } = await report(tx, {
    kind: 'provider_outage',
    key: outageOf(source),
    // What runs goes on running. A server that is down meanwhile raises it.
    severity: 'warning',
    subject: source,
    facts: { source, reason, failures },
    now,
  })
  return { failures, wake }
}

/** The listing came. @returns conversations to wake. */
export const sourceAnswered = async (
  tx: Transaction,
  { source, now }: { source: ServerSource; now: Date },
): Promise<string[]> => {
  if ((await failuresOf(tx, source)) === 0) return []
  await write(tx, source, 0, now)
  return (await heal(tx, { key: outageOf(source), now }))?.wake ?? []
}

const failuresOf = async (tx: Executor, source: ServerSource): Promise<number> => {
  const [row] = await tx
    .select({ value: settings.value })
    .from(settings)
    .where(eq(settings.key, settingOf(source)))
    .for('update')
  return typeof row?.value === 'number' ? row.value : 0
}

const write = async (tx: Executor, source: ServerSource, value: number, now: Date): Promise<void> => {
  await tx
    .insert(settings)
    .values({ key: settingOf(source), value, updatedAt: now })
    .onConflictDoUpdate({ target: settings.key, set: { value, updatedAt: now } })
}
