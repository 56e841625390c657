import { and, inArray, ne } from 'drizzle-orm'
import type { Executor, Transaction } from '../../db/client.ts'
import { incidents } from '../../db/schema/incidents.ts'
import { findConversation } from '../conversations/conversations.ts'
import { addEvent } from '../incidents/events.ts'
import { heal } from '../incidents/heal.ts'
import { report } from '../incidents/report.ts'
import { userNames } from '../users/reader.ts'
import type { Page } from './page-person.ts'

const personKey = (userId: string) => `delivery_failing:person:${userId}`
const chatKey = (conversationId: string) => `delivery_failing:chat:${conversationId}`

/**
 * Somebody who should have been woken cannot be reached at all. A warning: what they were to be woken for goes on to
 * the next by itself.
 *
 * @returns conversations to wake.
 */
export const reportUnreachable = async (
  tx: Transaction,
  { incident, userId, occasion, now }: Page,
): Promise<string[]> => {
  const name = (await userNames(tx, [userId])).get(userId) ?? '?'
  await addEvent(tx, incident.id, {
    kind: 'page_failed',
    detail: { userId, name, occasion, reason: 'nowhere' },
    now,
  })
  const { wake } = await report(tx, {
    kind: 'delivery_failing',
    key: personKey(userId),
    severity: 'warning',
    subject: name,
    facts: { userId, incident: incident.number },
    now,
  })
  return wake
}

/** A chat that wants to hear of things cannot be written to: the bot was removed, or the chat is gone. */
export const reportDeafChat = async (
  tx: Transaction,
  { conversationId, error, now }: { conversationId: string; error: string; now: Date },
): Promise<string[]> => {
  const conversation = await findConversation(tx, conversationId)
  const { wake } = await report(tx, {
    kind: 'delivery_failing',
    key: chatKey(conversationId),
    severity: 'warning',
    subject: conversation?.key ?? conversationId,
    facts: { conversationId, platform: conversation?.platform ?? '', reason: error },
    now,
  })
  return wake
}

/** What could not be reached was reached. One indexed query while nothing is wrong. */
export const healReached = async (
  tx: Transaction,
  reached: { userIds: readonly string[]; conversationIds: readonly string[] },
  now: Date,
): Promise<string[]> => {
  const keys = [...reached.userIds.map(personKey), ...reached.conversationIds.map(chatKey)]
  const wake: string[] = []
  for (const key of await openAmong(tx, keys)) {
    const healed = await heal(tx, { key, now })
    wake.push(...(healed?.wake ?? []))
  }
  return wake
}

const openAmong = async (db: Executor, keys: string[]): Promise<string[]> => {
  if (keys.length === 0) return []
  const rows = await db
    .select({ key: incidents.key })
    .from(incidents)
    .where(and(inArray(incidents.key, [...new Set(keys)]), ne(incidents.state, 'resolved')))
    .orderBy(incidents.key)
  return rows.map(({ key }) => key)
}
