import { and, eq, isNull, sql } from 'drizzle-orm'
import type { Database, Executor } from '../../db/client.ts'
import { type HeldLease, leaseLost } from '../../db/lease.ts'
import { inbox, turns } from '../../db/schema/conversations.ts'
import type { InboxRow } from './inbox.ts'

export type Turn = typeof turns.$inferSelect
/** A person's stop ends a turn from outside, see stop-talk.ts. */
export type TurnEnd = Exclude<Turn['state'], 'running' | 'stopped'>

/** The lease under which turns of a conversation are worked on (design rule 2). */
export const conversationLease = (conversationId: string) => `conversation:${conversationId}`

/** More texts than this in one burst become two turns. */
const MAX_TEXTS_PER_TURN = 50
/** A person who never stops typing is answered after this many windows all the same. */
const MAX_WINDOWS = 4

/**
 * The turn to work on: the one a crash interrupted, with the very same texts, else a new one with the texts that
 * wait, in order, up to the first by another person. `turn.attempts` counts the tries, this one included.
 *
 * @returns undefined when nobody waits for an answer.
 * @throws AppError lease_lost.
 */
export const beginTurn = async (
  db: Database,
  lease: HeldLease,
  conversationId: string,
): Promise<{ turn: Turn; rows: InboxRow[] } | undefined> => {
  // One statement: a person waits for every round trip. The lock on the lease lasts as long as it does.
  const [found] = await db.execute<RawTurn>(sql`
    with held as materialized (
      select fence from leases where key = ${lease.key} for share
    ), mine as materialized (
      select 1 from held where fence = ${lease.fence}
    ), interrupted as (
      update turns set attempts = attempts + 1
      where conversation_id = ${conversationId} and state = 'running' and exists (select from mine)
      returning *
    ), waiting as materialized (
      select id, seq, platform_user_id, first_value(platform_user_id) over (order by seq) as speaker from inbox
      where lane = 'turn' and conversation_id = ${conversationId} and state = 'pending' and turn_id is null
        and exists (select from mine) and not exists (select from interrupted)
      order by seq limit ${MAX_TEXTS_PER_TURN}
    ), burst as materialized (
      select id from waiting where seq < coalesce(
        (select min(seq) from waiting where platform_user_id <> speaker), ${Number.MAX_SAFE_INTEGER}::bigint)
    ), begun as (
      insert into turns (conversation_id, attempts)
      select ${conversationId}::uuid, 1 where exists (select from burst)
      returning *
    ), taken as (
      update inbox set turn_id = begun.id, attempts = inbox.attempts + 1 from begun
      where inbox.id in (select id from burst)
      returning inbox.*
    ), turn as (
      select * from interrupted union all select * from begun
    )
    select exists (select from mine) as held,
      (select to_jsonb(turn) from turn) as turn,
      coalesce(
        (select jsonb_agg(to_jsonb(taken) order by seq) from taken),
        (select jsonb_agg(to_jsonb(inbox) order by seq) from inbox where turn_id = (select id from interrupted)),
        '[]'
      ) as rows`)
  if (!found?.held) throw leaseLost(lease.key)
  return found.turn ? { turn: turnOf(found.turn), rows: found.rows.map(inboxRowOf) } : undefined
}

/**
 * Ends a turn together with the texts it answered; in one statement, and in the transaction that says why, where there
 * is one.
 *
 * @param reference finds a failure in the logs.
 * @returns false when the turn was over already.
 * @throws AppError lease_lost: then nothing is kept.
 */
export const finishTurn = async (
  tx: Executor,
  lease: HeldLease,
  turnId: string,
  state: TurnEnd,
  reference?: string,
): Promise<boolean> => {
  const finishedAt = new Date().toISOString()
  // Of a turn that was over already nothing is pending. The lock on the lease lasts until all of it is written.
  const [found] = await tx.execute<{ held: boolean; ended: boolean }>(sql`
    with held as materialized (
      select fence from leases where key = ${lease.key} for share
    ), mine as materialized (
      select 1 from held where fence = ${lease.fence}
    ), ended as (
      update turns set state = ${state}, reference = coalesce(${reference ?? null}, reference),
        finished_at = ${finishedAt}::timestamptz
      where id = ${turnId} and state = 'running' and exists (select from mine)
      returning id
    ), texts as (
      update inbox set state = ${state === 'failed' ? 'failed' : 'done'}, done_at = ${finishedAt}::timestamptz
      where turn_id = ${turnId} and state = 'pending' and exists (select from mine)
    )
    select exists (select from mine) as held, exists (select from ended) as ended`)
  if (!found?.held) throw leaseLost(lease.key)
  return found.ended
}

/**
 * When the burst of texts is over: one window after the last of them, at most four after the first. A turn that a
 * crash interrupted is ready at once.
 *
 * @returns undefined when nobody waits for an answer.
 */
export const burstReadyAt = async (
  db: Database,
  conversationId: string,
  { windowMs }: { windowMs: number },
): Promise<Date | undefined> => {
  const [interrupted] = await db
    .select({ startedAt: turns.startedAt })
    .from(turns)
    .where(and(eq(turns.conversationId, conversationId), eq(turns.state, 'running')))
  if (interrupted) return interrupted.startedAt
  const [waiting] = await db
    .select({
      first: sql<number | null>`(extract(epoch from min(${inbox.receivedAt})) * 1000)::float8`,
      last: sql<number | null>`(extract(epoch from max(${inbox.receivedAt})) * 1000)::float8`,
    })
    .from(inbox)
    .where(waitingTexts(conversationId))
  if (waiting?.first == null || waiting.last == null) return undefined
  return new Date(Math.min(waiting.last + windowMs, waiting.first + MAX_WINDOWS * windowMs))
}

/** Texts that no turn has taken up. */
export const waitingTexts = (conversationId: string) =>
  and(
    eq(inbox.lane, 'turn'),
    eq(inbox.conversationId, conversationId),
    eq(inbox.state, 'pending'),
    isNull(inbox.turnId),
  )

interface RawTurn extends Record<string, unknown> {
  held: boolean
  turn: Record<string, unknown> | null
  rows: Record<string, unknown>[]
}

const turnOf = (raw: Record<string, unknown>): Turn =>
  ({
    id: raw.id,
    conversationId: raw.conversation_id,
    state: raw.state,
    attempts: raw.attempts,
    reference: raw.reference,
    startedAt: date(raw.started_at),
    finishedAt: date(raw.finished_at),
  }) as Turn

const inboxRowOf = (raw: Record<string, unknown>): InboxRow =>
  ({
    id: raw.id,
    seq: raw.seq,
    conversationId: raw.conversation_id,
    platform: raw.platform,
    eventId: raw.event_id,
    messageKey: raw.message_key,
    lane: raw.lane,
    platformUserId: raw.platform_user_id,
    body: raw.body,
    state: raw.state,
    attempts: raw.attempts,
    claimedBy: raw.claimed_by,
    claimedUntil: date(raw.claimed_until),
    turnId: raw.turn_id,
    receivedAt: date(raw.received_at),
    doneAt: date(raw.done_at),
  }) as InboxRow

const date = (value: unknown) => (value === null ? null : new Date(String(value)))
