import { failureNotice } from '../bots/failure-notice.ts'
import type { Router } from '../bots/router.ts'
import type { Streamer } from '../bots/streamer.ts'
import type { Clock } from '../clock.ts'
import type { Database } from '../db/client.ts'
import { isConnectionLost } from '../db/connection-lost.ts'
import { type HeldLease, withLease } from '../db/lease.ts'
import { projectOfMessage } from '../domain/conversations/about.ts'
import { type Conversation, findConversation } from '../domain/conversations/conversations.ts'
import type { InboxRow } from '../domain/conversations/inbox.ts'
import { say } from '../domain/conversations/outbox.ts'
import {
  beginTurn,
  burstReadyAt,
  conversationLease,
  finishTurn,
  type Turn,
} from '../domain/conversations/turns.ts'
import { hearLanguage } from '../domain/users/hear-language.ts'
import type { Person } from '../domain/users/person.ts'
import type { Wake } from '../domain/wake.ts'
import { AppError, asAppError } from '../errors.ts'
import type { Runner } from '../graph/runner.ts'
import { type Log, withLogContext } from '../log.ts'
import { untilShutdown } from './shutdown.ts'
import { textOf } from './text-of.ts'

export interface TurnDeps {
  db: Database
  clock: Clock
  log: Log
  wake: Wake
  runner: Runner
  streamer: Streamer
  router: Pick<Router, 'admit' | 'takeForm' | 'takeQuestion'>
  instanceId: string
  /** Aborts when the process is to end: what is in hand is put aside and continued by the next one. */
  shutdown: AbortSignal
  /** How long texts are held back for the rest of a burst. */
  burstWindowMs: number
}

export const TURN_LEASE = { ttlMs: 15_000, renewMs: 4_000 }
/** A turn that took its process down this often is given up, so that the conversation can go on. */
const MAX_ATTEMPTS = 4
/** Somebody else holds the conversation and may end without seeing the newest text: look again. */
const LOOK_AGAIN_MS = 1_000

/** Answers what people wrote in one conversation, turn after turn, until nobody waits (design rule 2). */
export const createTurnWorker =
  (deps: TurnDeps) =>
  async (conversationId: string): Promise<void> => {
    const { db, log, clock, wake, instanceId } = deps
    const outcome = await withLogContext({ conversationId }, () =>
      withLease(
        { db, log, clock },
        conversationLease(conversationId),
        { ...TURN_LEASE, holder: instanceId },
        (lease) => answerAll(deps, conversationId, untilShutdown(lease, deps.shutdown)),
      ),
    )
    if (outcome.held) return
    await clock.sleep(LOOK_AGAIN_MS)
    await wake.turn(conversationId)
  }

const answerAll = async (deps: TurnDeps, conversationId: string, lease: HeldLease): Promise<void> => {
  for (;;) {
    await burstIsOver(deps, conversationId, lease)
    // What was said before the stop is put aside by then; what was said after it has a wake-up of its own.
    if (lease.signal.aborted) return
    const begun = await beginTurn(deps.db, lease, conversationId)
    if (!begun) return
    await withLogContext({ turnId: begun.turn.id }, () => answerOne(deps, begun.turn, begun.rows, lease))
    if (lease.signal.aborted) return
  }
}

/** Waits until the person has finished typing. A stop ends the wait. */
const burstIsOver = async (
  { db, clock, burstWindowMs }: TurnDeps,
  conversationId: string,
  lease: HeldLease,
) => {
  while (burstWindowMs > 0) {
    const readyAt = await burstReadyAt(db, conversationId, { windowMs: burstWindowMs })
    const waitMs = (readyAt?.getTime() ?? 0) - clock.now().getTime()
    if (waitMs <= 0) return
    await clock.sleep(waitMs, lease.signal).catch(() => {})
    if (lease.signal.aborted) return
  }
}

const answerOne = async (deps: TurnDeps, turn: Turn, rows: InboxRow[], lease: HeldLease): Promise<void> => {
  const { db, log } = deps
  const [first] = rows
  let person: Person | undefined
  try {
    if (turn.attempts > MAX_ATTEMPTS)
      throw new AppError('internal', 'the turn was given up after several crashes')
    if (lease.signal.aborted) throw lease.signal.reason
    const [speaker, conversation] = await Promise.all([
      first && deps.router.admit(first),
      findConversation(db, turn.conversationId),
    ])
    person = speaker
    if (person && conversation) await converse(deps, turn, rows, { speaker: person, conversation }, lease)
    await finishTurn(db, lease, turn.id, 'done')
  } catch (error) {
    const known = asAppError(error)
    // Whoever stopped it has ended it, see `stopTalk`. A turn begun since, about what was said after the stop, is not
    // over: the wake-up that comes with the stop brings it up again.
    if (known.code === 'stopped') return
    // The sweeper brings the turn up again, and it goes on from its last checkpoint.
    if (known.code === 'lease_lost' || isConnectionLost(error)) throw known
    log.error({ reference: known.reference, err: error }, 'turn.failed')
    await giveUp(deps, turn, lease, person?.id ?? null, known)
  }
}

const converse = async (
  deps: TurnDeps,
  turn: Turn,
  rows: InboxRow[],
  { speaker, conversation }: { speaker: Person; conversation: Conversation },
  lease: HeldLease,
) => {
  const talk: InboxRow[] = []
  for (const row of rows) {
    const { takeForm, takeQuestion } = deps.router
    if (!(await takeForm(row)) && !(await takeQuestion(row, speaker))) talk.push(row)
  }
  const last = talk.at(-1)
  if (!last) return
  const texts = await Promise.all(
    talk.flatMap((row) => (row.body.kind === 'text' ? [textOf(deps.db, row, row.body)] : [])),
  )
  const person = await hearLanguage(deps.db, speaker, texts.map(({ text }) => text).join('\n'))
  await tellOfCuts(deps, talk, person)

  const stream = deps.streamer.open({
    conversationId: conversation.id,
    key: `turn:${turn.id}`,
    readerId: person.id,
    replyTo: conversation.kind === 'group' ? (last.body.messageRef ?? null) : null,
  })
  try {
    const markdown = await deps.runner.answer(
      {
        turnId: turn.id,
        conversationId: conversation.id,
        platform: conversation.platform,
        lang: person.lang,
        person,
        lease,
        about: await aboutOf(deps.db, conversation.id, talk),
        onText: (soFar) => stream.push(soFar),
        flushText: () => stream.flush(),
      },
      texts,
      turn.attempts > 1,
    )
    await stream.finish(markdown)
  } catch (error) {
    await stream.fail()
    throw error
  }
}

const aboutOf = async (
  db: Database,
  conversationId: string,
  rows: InboxRow[],
): Promise<string | undefined> => {
  for (const { body } of rows.toReversed()) {
    const project = body.replyTo ? await projectOfMessage(db, conversationId, body.replyTo) : undefined
    if (project) return project
  }
  return undefined
}

/** What the door cut off is said, or the person would believe that it was read. */
const tellOfCuts = async ({ db }: TurnDeps, rows: InboxRow[], person: Person) => {
  for (const { id, conversationId, body } of rows)
    if (body.omitted)
      await say(db, {
        conversationId,
        key: `inbox:${id}:cut`,
        content: { type: 'notice', key: 'text-cut', args: { omitted: body.omitted } },
        readerId: person.id,
      })
}

/** The turn ends in one message: what happened, and how to find it. */
const giveUp = async (
  { db, wake }: TurnDeps,
  turn: Turn,
  lease: HeldLease,
  readerId: string | null,
  error: AppError,
) => {
  await db.transaction(async (tx) => {
    if (!(await finishTurn(tx, lease, turn.id, 'failed', error.reference))) return
    await say(tx, {
      conversationId: turn.conversationId,
      key: `turn:${turn.id}:failed`,
      content: failureNotice(error),
      readerId,
    })
  })
  await wake.deliver(turn.conversationId)
}
