import type { BotApi } from '../support/bot-api.ts'
import { personId, said } from '../support/updates.ts'
import type { Webhook } from '../support/webhook.ts'

const PATIENCE_MS = 15_000

export interface Talk {
  /** Says the next number and waits until it is answered. @returns milliseconds; undefined when it never was. */
  turn(person: number): Promise<number | undefined>
  /** Says several numbers without waiting for answers in between, and waits for all of them. */
  burst(person: number, texts: number): Promise<void>
  /** Numbers that were never answered. */
  lost(): number
  /** Numbers that were answered after a later one, or again. */
  outOfOrder(): number
}

/** People who count aloud, with a bot that repeats what it hears: so answers can be told apart. */
export const createTalk = (api: BotApi, webhook: Webhook): Talk => {
  const counts = new Map<number, number>()
  const answered = new Map<number, number[]>()
  const shown = new Map<string, string>()
  const waiting = new Map<string, { answered: (at: number) => void; failed: (error: Error) => void }>()
  let lost = 0

  api.watch(({ chat, message, text, at }) => {
    if (!/^[\d\s]+$/.test(text)) {
      for (const { failed } of waiting.values()) failed(new Error(`the bot said: ${text}`))
      return
    }
    const key = `${chat} ${message}`
    const before = shown.get(key) ?? ''
    shown.set(key, text)
    if (!text.startsWith(before)) return
    for (const number of text.slice(before.length).match(/\d+/g) ?? []) {
      answered.set(chat, [...(answered.get(chat) ?? []), Number(number)])
      waiting.get(`${chat} ${number}`)?.answered(at)
      waiting.delete(`${chat} ${number}`)
    }
  })

  const say = async (person: number): Promise<{ answer: Promise<number | undefined> }> => {
    const number = (counts.get(person) ?? 0) + 1
    counts.set(person, number)
    const answer = new Promise<number | undefined>((resolve, reject) => {
      const startedAt = performance.now()
      const late = setTimeout(() => {
        lost++
        resolve(undefined)
      }, PATIENCE_MS)
      waiting.set(`${personId(person)} ${number}`, {
        answered: (at) => {
          clearTimeout(late)
          resolve(at - startedAt)
        },
        failed: reject,
      })
    })
    while (!(await webhook.post(said(person, String(number)).update)));
    return { answer }
  }

  return {
    turn: async (person) => (await say(person)).answer,
    burst: async (person, texts) => {
      const answers: Promise<unknown>[] = []
      for (let text = 0; text < texts; text++) answers.push((await say(person)).answer)
      await Promise.all(answers)
    },
    lost: () => lost,
    outOfOrder: () =>
      [...answered.values()].reduce(
        (sum, numbers) =>
          sum + numbers.filter((number, i) => i > 0 && number <= (numbers[i - 1] ?? 0)).length,
        0,
      ),
  }
}
