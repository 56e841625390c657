import { type Clock, MINUTE_MS, SECOND_MS } from '../../clock.ts'
import type { Database } from '../../db/client.ts'
import { type Conversation, moveConversation } from '../../domain/conversations/conversations.ts'
import { type OutboxRow, PRIORITY } from '../../domain/conversations/outbox.ts'
import type { ClaimedRow, Progress } from '../../domain/conversations/outbox-claims.ts'
import { accountOf } from '../../domain/conversations/reader.ts'
import { asAppError } from '../../errors.ts'
import type { Log } from '../../log.ts'
import { type ChatAdapter, type ConversationKey, ConversationMoved } from '../chat.ts'
import { parseMarkdown, plainText } from '../markdown.ts'
import { draw, type Present } from './draw.ts'
import type { Pace } from './pace.ts'
import type { Pauses, Wait } from './pauses.ts'
import { showParts } from './show.ts'

const FIRST_RETRY_MS = SECOND_MS
const LAST_RETRY_MS = MINUTE_MS
/** When a platform gives no time with its 429. */
const UNKNOWN_RETRY_AFTER_MS = 5 * SECOND_MS
/** An error nobody foresaw is tried this often; one that the platform explains, for ever or not at all. */
const UNFORESEEN_ATTEMPTS = 5

export interface DeliverRowDeps {
  db: Database
  clock: Clock
  log: Log
  random: () => number
  present: Present
  pauses: Pauses
  /** Of accounts that may make only so many calls, by platform. */
  paces: ReadonlyMap<string, Pace>
  /** Aborts when nothing new is to be begun. */
  stopping: AbortSignal
  /** Keeps the claim and writes down what is shown so far. */
  record: (progress: Progress) => Promise<unknown>
}

/** A request that may not be made yet. */
class NotYet extends Error {
  readonly wait: Wait
  constructor(wait: Wait) {
    super('the platform asked to wait')
    this.wait = wait
  }
}

/** Shows one claimed row. Never throws: what went wrong is part of the returned progress. */
export const deliverRow = async (
  deps: DeliverRowDeps,
  conversation: Conversation,
  row: ClaimedRow,
  adapter: ChatAdapter,
): Promise<Progress> => {
  const { clock, pauses } = deps
  const parts = [...row.parts]
  const paceMs = adapter.editIntervalMs[conversation.kind]
  const key = conversation.key as ConversationKey
  const refuseWhilePaused = () => {
    const wait = pauses.waitFor(conversation.id, conversation.platform)
    if (wait) throw new NotYet(wait)
  }
  const call = <T>(request: () => Promise<T>): Promise<T> => {
    refuseWhilePaused()
    const begin = () => {
      // What the platform said while this waited for its turn counts.
      refuseWhilePaused()
      pauses.called(conversation.id, paceMs)
      return request()
    }
    // Alerts go to every chat at once; answers come as people ask, and a platform that minds says so.
    const pace = row.priority >= PRIORITY.alert ? deps.paces.get(conversation.platform) : undefined
    return pace ? pace.call(row.priority, async () => begin(), deps.stopping) : begin()
  }
  try {
    const drawn = await draw(row, conversation, adapter, deps)
    const account =
      row.content.type === 'notice' && row.content.onlyToReader && (await readerOf(deps, row, adapter))
    if (account) {
      const text = plainText(parseMarkdown(drawn.outgoing.markdown ?? ''))
      await adapter.tell(key, account, text)
    } else {
      const onProgress = () => deps.record({ id: row.id, parts, outcome: 'partly' }).then(() => {})
      await showParts(drawn.parts, parts, { row, key, adapter, call, onProgress })
    }
    const nextEditAt = new Date(clock.now().getTime() + paceMs)
    return { id: row.id, parts, outcome: 'sent', version: row.version, nextEditAt }
  } catch (error) {
    if (error instanceof ConversationMoved) return moved(deps, conversation, row, error)
    return { id: row.id, parts, ...afterError(deps, conversation, row, error) }
  }
}

const readerOf = async ({ db }: DeliverRowDeps, row: OutboxRow, adapter: ChatAdapter) => {
  const platformUserId = row.readerId && (await accountOf(db, row.readerId, adapter.platform))
  const receipt = row.content.type === 'notice' ? row.content.receipt : undefined
  return platformUserId ? { platformUserId, receipt } : undefined
}

const moved = async (
  { db, clock, log }: DeliverRowDeps,
  conversation: Conversation,
  row: OutboxRow,
  { to }: ConversationMoved,
): Promise<Progress> => {
  log.info({ conversationId: conversation.id }, 'delivery.conversation_moved')
  const now = clock.now()
  try {
    await moveConversation(db, conversation.key, to)
    // References to messages of the old chat mean nothing in the new one: the row is shown there anew.
    return { id: row.id, parts: [], outcome: 'later', error: null, notBefore: now }
  } catch (error) {
    const notBefore = new Date(now.getTime() + FIRST_RETRY_MS)
    return { id: row.id, parts: row.parts, outcome: 'retry', error: asAppError(error).message, notBefore }
  }
}

type Trouble<T = Progress> = T extends { error: string | null } ? Omit<T, 'id' | 'parts'> : never

const afterError = (
  { clock, log, random, pauses, stopping }: DeliverRowDeps,
  conversation: Conversation,
  row: OutboxRow,
  thrown: unknown,
): Trouble => {
  if (stopping.aborted && thrown === stopping.reason)
    return { outcome: 'later', error: null, notBefore: clock.now() }
  if (thrown instanceof NotYet) {
    const { until, reason } = thrown.wait
    return { outcome: 'later', error: reason === 'limited' ? thrown.message : null, notBefore: until }
  }
  const failure = asAppError(thrown)
  const ids = { conversationId: conversation.id, outboxId: row.id, reference: failure.reference }
  const error = `${failure.code}: ${failure.message} (${failure.reference})`

  if (failure.code === 'rate_limited') {
    const retryAfterMs = failure.retryAfterMs ?? UNKNOWN_RETRY_AFTER_MS
    const scope = failure.scope ?? 'chat'
    log.warn({ ...ids, retryAfterMs, scope }, 'delivery.rate_limited')
    const notBefore = pauses.limited(conversation.id, conversation.platform, retryAfterMs, scope)
    return { outcome: 'later', error, notBefore }
  }
  const mayHelp = failure.retryable || (failure.code === 'internal' && row.attempts < UNFORESEEN_ATTEMPTS)
  if (!mayHelp) {
    log.error({ ...ids, err: thrown }, 'delivery.failed')
    return { outcome: 'failed', error }
  }
  const longestMs = Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(row.attempts - 1, 10))
  const waitMs = longestMs * (0.5 + random() / 2)
  log.warn({ ...ids, err: thrown, attempts: row.attempts, waitMs }, 'delivery.will_retry')
  return { outcome: 'retry', error, notBefore: new Date(clock.now().getTime() + waitMs) }
}
