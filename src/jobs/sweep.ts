import type { Clock } from '../clock.ts'
import type { Database } from '../db/client.ts'
import { unappliedApprovals } from '../domain/approvals/approvals.ts'
import { expireApprovals, takeReminders } from '../domain/approvals/timeouts.ts'
import { actionsLeftWaiting, conversationsLeftWaiting } from '../domain/conversations/inbox.ts'
import { reviseViews, say } from '../domain/conversations/outbox.ts'
import { settleRecoveries } from '../domain/recovery/settle.ts'
import { overdueDecisions } from '../domain/routing/decisions.ts'
import { runsLeftAlone } from '../domain/runs/runs.ts'
import { tasksLeftAlone } from '../domain/tasks/tasks.ts'
import type { Wake } from '../domain/wake.ts'
import type { Log } from '../log.ts'

export const SWEEP_INTERVAL_MS = 5_000
/** Younger rows have a wake-up on its way. */
const LEFT_WAITING_MS = 5_000

export interface SweepDeps {
  db: Database
  clock: Clock
  log: Log
  wake: Wake
}

/**
 * Looks at the rows themselves, so that a wake-up that was lost with its process costs seconds and nothing else:
 * texts and actions nobody came for, runs nobody drives, tasks nobody was chosen for, decisions nobody applied,
 * recoveries nobody ends, questions whose time is over or nearly so. Messages that are due are looked for by every process that has the adapters for them.
 */
export const createSweep =
  ({ db, clock, log, wake }: SweepDeps, { olderThanMs = LEFT_WAITING_MS } = {}) =>
  async (): Promise<void> => {
    const now = clock.now()
    await closeOverdue({ db, clock, log, wake }, now)
    await Promise.all((await settleRecoveries(db, now)).map((id) => wake.deliver(id)))
    const before = new Date(now.getTime() - olderThanMs)
    const [turns, actions, runs, approvals, tasks, overdue] = await Promise.all([
      conversationsLeftWaiting(db, { olderThanMs, now }),
      actionsLeftWaiting(db, { olderThanMs, now }),
      runsLeftAlone(db),
      unappliedApprovals(db, { decidedBefore: before }),
      tasksLeftAlone(db, { olderThanMs }),
      overdueDecisions(db),
    ])
    await Promise.all([
      ...turns.map((id) => wake.turn(id)),
      ...actions.map((id) => wake.action(id)),
      ...runs.map((id) => wake.run(id)),
      ...approvals.map((approval) => wake.approval(approval.id)),
      ...[...new Set([...tasks, ...overdue])].map((id) => wake.dispatch(id)),
    ])
    const found = { turns, actions, runs, approvals, tasks, overdue }
    const counts = Object.fromEntries(Object.entries(found).map(([name, rows]) => [name, rows.length]))
    if (Object.values(counts).some((count) => count > 0)) log.info(counts, 'sweep.found')
  }

/** Expired questions are decided, and told; questions about to expire are brought up once more. */
const closeOverdue = async ({ db, wake }: SweepDeps, now: Date): Promise<void> => {
  const expired: string[] = []
  const touched = await db.transaction(async (tx) => {
    const conversations: string[] = []
    for (const approval of await expireApprovals(tx, now)) {
      conversations.push(...(await reviseViews(tx, 'approval', { id: approval.id })))
      expired.push(approval.id)
    }
    for (const approval of await takeReminders(tx, now)) {
      await say(tx, {
        conversationId: approval.conversationId,
        key: `approval:${approval.id}:reminder`,
        content: { type: 'notice', key: 'approval-reminder', args: { number: approval.number } },
        readerId: approval.requestedBy,
      })
      await say(tx, {
        conversationId: approval.conversationId,
        key: `approval:${approval.id}:again`,
        content: { type: 'view', view: 'approval', args: { id: approval.id } },
        readerId: approval.requestedBy,
      })
      conversations.push(approval.conversationId)
    }
    return [...new Set(conversations)]
  })
  await Promise.all([...touched.map((id) => wake.deliver(id)), ...expired.map((id) => wake.approval(id))])
}
