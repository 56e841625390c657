import type { OutboxContent } from '../db/shapes/outgoing.ts'
import { recordAudit } from '../domain/audit/audit.ts'
import { type Conversation, findConversation } from '../domain/conversations/conversations.ts'
import { completeInbox, failInbox, type InboxRow } from '../domain/conversations/inbox.ts'
import { say } from '../domain/conversations/outbox.ts'
import { resolvePerson } from '../domain/users/person.ts'
import type { AppError } from '../errors.ts'
import { runAction } from './actions.ts'
import type { Answer, CommandContext, CommandDeps, DoorContext, Later } from './commands/context.ts'
import { findCommand } from './commands/index.ts'
import { runCommand } from './commands/run-command.ts'
import { failureNotice, isRefusal } from './failure-notice.ts'
import { asForm } from './forms.ts'
import { identityOf, tellStranger } from './strangers.ts'
import { toPresser } from './to-presser.ts'

/**
 * The work and its answer in one transaction; work outside the database has its answer in a second one.
 * @throws whatever the work throws; nothing of it is left then.
 */
export const answerRow = async (deps: CommandDeps, row: InboxRow): Promise<void> => {
  const first = await inTransaction(deps, row, async (context) => {
    const answer = await answerOf(context, row)
    if (answer?.type === 'later') return answer
    await conclude(context, answer)
    return undefined
  })
  if (!first) return
  settle(deps, row)
  const content = await first.work()
  await inTransaction(deps, row, async (context) => {
    await auditLater(context, first)
    await conclude(context, content)
    return undefined
  })
}

const inTransaction = async (
  deps: CommandDeps,
  row: InboxRow,
  work: (context: DoorContext) => Promise<Later | undefined>,
): Promise<Later | undefined> => {
  const committed: (() => Promise<void>)[] = []
  const identity = identityOf(row)
  const result = await deps.db.transaction(async (tx) => {
    const [person, conversation] = await Promise.all([
      resolvePerson(tx, identity),
      findConversation(tx, row.conversationId),
    ])
    if (!conversation) throw new Error(`inbox row ${row.id} is in no conversation`)
    const now = deps.clock.now()
    return work({
      deps,
      tx,
      row,
      conversation,
      person,
      identity,
      now,
      afterCommit: (one) => committed.push(one),
      attachment: async (limits) => deps.readAttachment?.(row, limits),
    })
  })
  // A wake-up that is lost costs time, never work: the sweeper looks at the rows too.
  for (const one of committed)
    await one().catch((error: unknown) => deps.log.warn({ err: error }, 'action.wake_failed'))
  return result
}

const answerOf = async (context: DoorContext, row: InboxRow): Promise<Answer | undefined> => {
  const { tx, person, identity, deps } = context
  const body = (await asForm(tx, row)) ?? row.body
  if (body.kind === 'text') throw new Error(`inbox row ${row.id} is talk, not an action`)

  if (body.kind === 'command') {
    const welcome = await findCommand(body.name)?.knock?.(context, body.args)
    if (welcome) return welcome
  }
  if (!person) {
    await tellStranger(deps, tx, row, identity)
    return undefined
  }
  const known: CommandContext = { ...context, person }
  return body.kind === 'command' ? runCommand(known, body.name, body.args) : runAction(known, body)
}

/** Says the answer and marks the row done. A row that was answered before is undone work: it is rolled back. */
const conclude = async (context: DoorContext, content: OutboxContent | undefined) => {
  const { tx, row, deps, now, afterCommit } = context
  // At once, because they share a connection: the second travels while the first is worked on.
  const [said] = await Promise.all([content && answer(context, content), completeInbox(tx, [row.id], now)])
  if (said?.fresh === false) throw new AnsweredBefore()
  afterCommit(() => deps.wake.deliver(row.conversationId))
  if (content?.type !== 'notice' || !content.receipt) afterCommit(async () => settle(deps, row))
}

/** Presses that the platform was answered about already: nothing can be told in answer to them any more. */
const settled = new WeakSet<InboxRow>()

const settle = ({ settle: done }: CommandDeps, row: InboxRow) => {
  if (row.body.receipt) done?.(row)
  settled.add(row)
}

const answer = async ({ tx, row, conversation, person, identity }: DoorContext, content: OutboxContent) => {
  // Whoever just came in by a code is somebody by now.
  const reader = person ?? (await resolvePerson(tx, identity))
  return say(tx, {
    conversationId: row.conversationId,
    key: answerKey(row),
    content,
    readerId: reader?.id ?? null,
    replyTo: replyTo(row, conversation),
  })
}

/** A redelivery raced with this work: the answer is out, so the work must not be done again. */
export class AnsweredBefore extends Error {
  override readonly name = 'AnsweredBefore'
}

export const answerKey = (row: InboxRow) => `cmd:${row.id}`

/** In a group it must be plain whom the answer is for. A card that was pressed needs no quoting. */
const replyTo = ({ body }: InboxRow, { kind }: Conversation): string | null =>
  kind === 'group' && body.kind !== 'action' ? (body.messageRef ?? null) : null

/** The one message that a failed row ends in (design rule 9). */
export const apologise = async (deps: CommandDeps, row: InboxRow, error: AppError): Promise<void> => {
  const now = deps.clock.now()
  await inTransaction(deps, row, async (context) => {
    const { tx, person, afterCommit } = context
    if (error.code === 'forbidden' && person)
      await recordAudit(tx, {
        userId: person.id,
        actor: person.name,
        surface: row.platform,
        action: `try.${wordOf(row)}`,
        subject: subjectOf(row),
        result: 'forbidden',
      })
    const notice = failureNotice(error)
    // What somebody may not press is between them and the button; others in the chat need not read it.
    const toOne = row.body.kind === 'action' && isRefusal(error) && person !== undefined && !settled.has(row)
    await answer(context, toOne ? toPresser({ row }, notice.key, notice.args) : notice)
    await (isRefusal(error) ? completeInbox : failInbox)(tx, [row.id], now)
    afterCommit(() => deps.wake.deliver(row.conversationId))
    if (!toOne || !row.body.receipt) afterCommit(async () => settle(deps, row))
    return undefined
  })
}

const auditLater = async ({ tx, person, row }: DoorContext, { audit }: Later) => {
  if (!audit || !person) return
  await recordAudit(tx, {
    userId: person.id,
    actor: person.name,
    surface: row.platform,
    ...audit,
    result: 'ok',
  })
}

const wordOf = ({ body }: InboxRow) =>
  body.kind === 'command' ? (findCommand(body.name)?.name ?? '?') : body.kind
const subjectOf = ({ body }: InboxRow) => (body.kind === 'command' ? body.args : '')
