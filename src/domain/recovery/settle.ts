import { and, eq, gt, inArray, isNull, ne, sql } from 'drizzle-orm'
import type { Database, Executor, Transaction } from '../../db/client.ts'
import { approvals, incidentEvents, incidents, tasks } from '../../db/schema/index.ts'
import { reviseViews } from '../conversations/outbox.ts'
import type { Incident } from '../incidents/incident.ts'
import { endRecovery } from './end-recovery.ts'
import { recoverInput } from './repair.ts'
import { originsOf, recoveryUnderWay } from './under-way.ts'

/**
 * For the sweeper: recoveries that nobody will end, because their task broke off for good or was stopped; and
 * questions about incidents that are over, which nobody has to answer any more.
 *
 * @returns the conversations to wake.
 */
export const settleRecoveries = async (db: Database, now: Date): Promise<string[]> => {
  const left = await leftOpen(db)
  const wake = await Promise.all(left.map((incident) => db.transaction((tx) => breakOff(tx, incident, now))))
  return [...new Set([...wake.flat(), ...(await withdrawQuestions(db, now))])]
}

const leftOpen = (db: Executor): Promise<Incident[]> =>
  db
    .select()
    .from(incidents)
    .where(
      and(
        ne(incidents.state, 'resolved'),
        gt(incidents.recoveryAttempts, 0),
        sql`not exists (
          select from ${incidentEvents} e
          where e.incident_id = ${incidents.id} and e.kind = 'recovery_ended'
            and (e.detail ->> 'attempt')::int = ${incidents.recoveryAttempts})`,
      ),
    )

const breakOff = async (
  tx: Transaction,
  { id, recoveryAttempts }: Incident,
  now: Date,
): Promise<string[]> => {
  const [incident] = await tx.select().from(incidents).where(eq(incidents.id, id)).for('no key update')
  if (!incident || incident.recoveryAttempts !== recoveryAttempts) return []
  if (await recoveryUnderWay(tx, id)) return []
  const [task] = await tx
    .select()
    .from(tasks)
    .where(inArray(tasks.originKey, originsOf(id, recoveryAttempts)))
    .orderBy(sql`${tasks.createdAt} desc`)
    .limit(1)
  if (!task) return []
  const { wake } = await endRecovery(tx, {
    incident,
    attempt: recoveryAttempts,
    outcome: 'broke',
    ...(task.failure && { reason: task.failure.message }),
    conversationId: task.conversationId,
    requestedBy: task.requestedBy,
    lang: recoverInput.parse(task.input).lang,
    task,
    now,
  })
  return wake
}

const withdrawQuestions = (db: Database, now: Date): Promise<string[]> =>
  db.transaction(async (tx) => {
    const withdrawn = await tx
      .update(approvals)
      .set({
        state: 'cancelled',
        decidedAt: now,
        appliedAt: now,
        decision: { verb: 'cancel', userId: null, userName: '', surface: 'system', at: now.toISOString() },
      })
      .where(
        and(
          eq(approvals.state, 'open'),
          isNull(approvals.runId),
          sql`${approvals.request} ->> 'kind' = 'recovery'`,
          sql`exists (
            select from ${incidents}
            where ${incidents.id}::text = ${approvals.request} #>> '{facts,incidentId}'
              and ${incidents.state} = 'resolved')`,
        ),
      )
      .returning({ id: approvals.id })
    const wake: string[] = []
    for (const { id } of withdrawn) wake.push(...(await reviseViews(tx, 'approval', { id })))
    return wake
  })
