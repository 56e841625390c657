import { pino } from 'pino'
import { createDelivery, type Delivery, type Present } from '../../../src/bots/delivery/index.ts'
import type { Clock } from '../../../src/clock.ts'
import type { Database } from '../../../src/db/client.ts'
import { ensureConversation } from '../../../src/domain/conversations/conversations.ts'
import { findSaid, type Saying, say } from '../../../src/domain/conversations/outbox.ts'
import { createManualClock } from '../../support/manual-clock.ts'
import { waitFor } from '../../support/wait-for.ts'
import { createMemoryChat } from './memory-chat.ts'

/** Texts and notices as they stand; enough to see which row is shown. */
export const plainPresent: Present = async ({ content }) => {
  if (content.type === 'text') return { markdown: content.markdown }
  if (content.type === 'notice') return { markdown: `${content.key} ${JSON.stringify(content.args)}` }
  return { markdown: `${content.type} ${JSON.stringify(content.args)}` }
}

export const silent = pino({ level: 'silent' })

/** A delivery over a chat in memory, with time in hand. */
export const createStage = (db: Database, present: Present = plainPresent) => {
  const clock = createManualClock()
  const chat = createMemoryChat(clock)
  let instances = 0
  const createInstance = (time: Clock = clock): Delivery =>
    createDelivery({
      db,
      adapters: new Map([['telegram', chat.adapter]]),
      present,
      log: silent,
      clock: time,
      instanceId: `instance-${++instances}`,
      random: () => 1,
    })
  /** For it, time stands still from now on: it renews nothing, as if it had been killed. */
  const createDoomed = () => createInstance(createManualClock(clock.now()))
  const delivery = createInstance()

  const converse = async (name: string, kind: 'private' | 'group' = 'private') => {
    const key = `telegram:1:${name}` as const
    const { id } = await ensureConversation(db, { key, platform: 'telegram', kind })
    return { id, key }
  }

  let sayings = 0
  const speak = (conversationId: string, markdown: string, more: Partial<Saying> = {}) =>
    say(db, {
      conversationId,
      key: `saying-${++sayings}`,
      content: { type: 'text', markdown },
      ...more,
    })

  const state = async (key: string) => (await findSaid(db, key))?.state
  const settled = (key: string, wanted = 'delivered') =>
    waitFor(async () => (await state(key)) === wanted, `${key} to be ${wanted}`)

  return { clock, chat, delivery, createInstance, createDoomed, converse, speak, state, settled }
}
