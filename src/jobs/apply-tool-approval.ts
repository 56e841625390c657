import { z } from 'zod'
import { failureNotice, isRefusal } from '../bots/failure-notice.ts'
import { MINUTE_MS } from '../clock.ts'
import { isConnectionLost } from '../db/connection-lost.ts'
import type { HeldLease } from '../db/lease.ts'
import type { NoticeContent } from '../db/shapes/outgoing.ts'
import { type Approval, markApplied } from '../domain/approvals/approvals.ts'
import { recordAudit } from '../domain/audit/audit.ts'
import { say } from '../domain/conversations/outbox.ts'
import { findPerson } from '../domain/users/person.ts'
import { AppError, asAppError } from '../errors.ts'
import type { PoDeps } from '../graph/session.ts'
import { requireMay } from '../graph/tools/gate.ts'
import { runInTime } from '../graph/tools/in-time.ts'
import { chatTools } from '../graph/tools/registry.ts'
import { requireApproverMay } from '../graph/tools/tool-question.ts'

/** What the question was about; see `askAboutTool`. */
const asked = z.object({ tool: z.string(), args: z.record(z.string(), z.unknown()) })

/** What cannot be done for so long after the approval is given up: later it may not be wanted any more. */
const KEEP_TRYING_MS = 15 * MINUTE_MS

/**
 * Makes the call of a HIGH-risk tool that a person approved in a chat, and says how it went. The lease of the
 * approval is held. A process that dies in the middle leaves the row unapplied; the next one makes the call again,
 * with the same key.
 */
export const applyToolApproval = async (
  deps: PoDeps,
  approval: Approval,
  lease: HeldLease,
): Promise<void> => {
  const { db, log, clock, wake } = deps
  const { tool } = asked.parse(approval.request.facts)
  const { notice, result } = await perform(deps, approval, lease).then(
    (done) => ({ notice: done, result: 'ok' }),
    async (error: unknown) => {
      if (lease.signal.aborted) throw lease.signal.reason
      const known = asAppError(error)
      // The sweeper comes back.
      if (known.code === 'lease_lost' || isConnectionLost(error)) throw error
      if (known.retryable && !isTooLate(approval, clock.now())) {
        await tellOfDelay(deps, approval)
        throw error
      }
      if (!isRefusal(known)) log.error({ reference: known.reference, err: error }, 'tool.failed')
      return { notice: failureNotice(known), result: known.code }
    },
  )
  await db.transaction(async (tx) => {
    await lease.assertHeld(tx)
    await say(tx, {
      conversationId: approval.conversationId,
      key: `approval:${approval.id}:done`,
      content: notice,
      readerId: approval.requestedBy,
    })
    await recordAudit(tx, {
      userId: approval.decision?.userId ?? null,
      actor: approval.decision?.userName ?? '',
      surface: approval.decision?.surface ?? 'system',
      action: `tool.${tool}`,
      subject: `approval:${approval.number}`,
      result,
    })
    await markApplied(tx, approval.id, clock.now())
  })
  await wake.deliver(approval.conversationId)
}

const isTooLate = ({ decidedAt }: Approval, now: Date): boolean =>
  now.getTime() - (decidedAt?.getTime() ?? 0) >= KEEP_TRYING_MS

/** Said once: whoever approved it looks for the effect, and there is none yet. */
const tellOfDelay = async ({ db, wake }: PoDeps, approval: Approval): Promise<void> => {
  await db.transaction((tx) =>
    say(tx, {
      conversationId: approval.conversationId,
      key: `approval:${approval.id}:delayed`,
      content: {
        type: 'notice',
        key: 'approved-tool-delayed',
        args: { number: approval.number, minutes: KEEP_TRYING_MS / MINUTE_MS },
      },
      readerId: approval.requestedBy,
    }),
  )
  await wake.deliver(approval.conversationId)
}

/** @returns what the person is told of it. */
const perform = async (deps: PoDeps, approval: Approval, lease: HeldLease): Promise<NoticeContent> => {
  const { db, clock } = deps
  const { tool: name, args: raw } = asked.parse(approval.request.facts)
  const person = approval.requestedBy ? await findPerson(db, approval.requestedBy) : undefined
  if (!person) throw new AppError('forbidden', 'who asked for this has no access any more')
  const { id, conversationId, decision } = approval
  const session = { turnId: id, conversationId, platform: decision?.surface ?? 'system', person, lease }
  const tool = chatTools(deps, session).find((one) => one.name === name)
  const args = tool?.schema.safeParse(raw).data
  if (!tool?.tells || !args) throw new AppError('invalid', `${name} cannot be called like this any more`)
  await requireApproverMay(db, approval, tool)
  await requireMay(db, tool, args, { userId: person.id })
  await runInTime({ clock, signal: lease.signal }, tool, args, `approval:${id}`)
  return { type: 'notice', ...tool.tells(args) }
}
