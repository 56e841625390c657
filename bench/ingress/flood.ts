import type { BotApi, Shown } from '../support/bot-api.ts'
import { type Said, said } from '../support/updates.ts'
import type { Webhook } from '../support/webhook.ts'

export const CHATS = 50
export const AT_ONCE = 16
const COMMAND = '/projects'
/** A platform does not hammer a bot that is away. */
const REDELIVER_AFTER_MS = 20

/** One update and what became of it; times of `performance.now()`. */
export interface Sent {
  postedAt: number
  acknowledgedAt: number | undefined
  /** When its answers appeared, oldest first: one is right. */
  answers: number[]
  chat: number
}

export interface Flood {
  sent: Sent[]
  /** Posts updates, `AT_ONCE` at a time, until `enough` says so; each again until it is acknowledged. */
  run(enough: (posted: number) => boolean): Promise<void>
  /** Waits until every update was answered, or until nothing came for so long. */
  answered(patienceMs: number): Promise<void>
}

/**
 * Commands from fifty groups to one bot. In a group an answer names the message it answers, so that each is
 * counted for the very update it belongs to.
 */
export const createFlood = (api: BotApi, webhook: Webhook): Flood => {
  const sent: Sent[] = []
  const byMessage = new Map<number, Sent>()
  let unanswered = 0
  let lastAnswerAt = performance.now()

  const onShown = ({ replyTo, at }: Shown) => {
    const one = byMessage.get(replyTo ?? 0)
    if (!one) return
    if (one.answers.length === 0) unanswered--
    one.answers.push(at)
    lastAnswerAt = at
  }

  const deliver = async ({ update, chat, message }: Said) => {
    const one: Sent = { postedAt: performance.now(), acknowledgedAt: undefined, answers: [], chat }
    sent.push(one)
    byMessage.set(message, one)
    unanswered++
    while (!(await webhook.post(update))) await pause(REDELIVER_AFTER_MS)
    one.acknowledgedAt = performance.now()
  }

  return {
    sent,
    run: async (enough) => {
      api.watch(onShown)
      let posted = 0
      const poster = async () => {
        while (!enough(posted)) await deliver(said((posted++ % CHATS) + 1, COMMAND, { inGroup: true }))
      }
      await Promise.all(Array.from({ length: AT_ONCE }, poster))
    },
    answered: async (patienceMs) => {
      lastAnswerAt = performance.now()
      while (unanswered > 0 && performance.now() - lastAnswerAt < patienceMs) await pause(1)
    },
  }
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
