import { atMost, type Bench } from './bench.ts'
import { startBotApi } from './support/bot-api.ts'
import { admitPeople, openDatabase } from './support/database.ts'
import { median, percentile } from './support/figures.ts'
import { BURST_WINDOW_MS, createProrab } from './support/prorab.ts'
import { createBareGraph } from './turn/bare-graph.ts'
import { instantModels } from './turn/models.ts'
import { createTalk } from './turn/talk.ts'

const CONVERSATIONS = 50
/** Conversations that take turns while one turn is measured at a time: a real one has pauses, too. */
const SEQUENTIAL_CONVERSATIONS = 10
const BURST_TEXTS = 5

/**
 * A turn with a model that takes no time: from the webhook to the answer in the chat, against the bare graph it
 * runs, one at a time and fifty conversations at once.
 */
export const turn: Bench = {
  name: 'turn',
  about: 'a turn from the webhook to the answer, against the bare graph',
  run: async (context) => {
    const { quick, say, cleanup } = context
    const turns = quick ? 150 : 400
    const rounds = quick ? 4 : 10
    const databaseUrl = await openDatabase(context)
    await admitPeople(databaseUrl, CONVERSATIONS)
    const api = await startBotApi()
    cleanup.defer(() => api.close())
    const { app, webhook } = await createProrab(context, { api, databaseUrl, models: instantModels })
    await app.start()
    const talk = createTalk(api, webhook)
    const bareTurn = createBareGraph(context, databaseUrl)

    const bareMs: number[] = []
    const turnMs: number[] = []
    let tookMs = 0
    const pair = async (i: number) => {
      const bare = await bareTurn(`bare:${i % SEQUENTIAL_CONVERSATIONS}`, String(i))
      const startedAt = performance.now()
      const whole = await talk.turn((i % SEQUENTIAL_CONVERSATIONS) + 1)
      return { bare, whole, tookMs: performance.now() - startedAt }
    }
    say('warming up')
    for (let i = 0; i < 30; i++) await pair(i)
    say(`${turns} turns, one at a time`)
    for (let i = 0; i < turns; i++) {
      const result = await pair(i)
      bareMs.push(result.bare)
      if (result.whole !== undefined) turnMs.push(result.whole)
      tookMs += result.tookMs
    }

    say(`${CONVERSATIONS} conversations at once, ${rounds} turns each`)
    const startedAt = performance.now()
    const atOnceMs: number[] = []
    const everyone = Array.from({ length: CONVERSATIONS }, (_, i) => i + 1)
    await Promise.all(
      everyone.map(async (person) => {
        for (let round = 0; round < rounds; round++) atOnceMs.push((await talk.turn(person)) ?? Number.NaN)
      }),
    )
    const atOnceTookMs = performance.now() - startedAt

    say(`${CONVERSATIONS} conversations at once, ${BURST_TEXTS} texts each without waiting for answers`)
    await Promise.all(everyone.map((person) => talk.burst(person, BURST_TEXTS)))

    const ratio = median(turnMs) / median(bareMs)
    const lost = talk.lost()
    const outOfOrder = talk.outOfOrder()
    return {
      figures: {
        turns: turnMs.length,
        burstWindowMs: BURST_WINDOW_MS,
        turnP50Ms: median(turnMs),
        turnP99Ms: percentile(turnMs, 0.99),
        turnsPerS: (1000 * turnMs.length) / tookMs,
        bareP50Ms: median(bareMs),
        bareP99Ms: percentile(bareMs, 0.99),
        atOnceConversations: CONVERSATIONS,
        atOnceTurns: atOnceMs.length,
        atOnceP50Ms: median(atOnceMs),
        atOnceP99Ms: percentile(atOnceMs, 0.99),
        atOnceTurnsPerS: (1000 * atOnceMs.length) / atOnceTookMs,
        lost,
        outOfOrder,
      },
      ratios: { turnP50: ratio },
      aims: { turnP50: atMost(2, ratio), lost: atMost(0, lost), outOfOrder: atMost(0, outOfOrder) },
    }
  },
}
