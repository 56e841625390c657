import { atLeast, atMost, type Bench } from './bench.ts'
import { prepareProrab, startBareBot } from './ingress/bots.ts'
import { AT_ONCE, createFlood, type Sent } from './ingress/flood.ts'
import { floodUnderKills } from './ingress/kills.ts'
import { outcomeOf } from './ingress/outcome.ts'
import { type BotApi, startBotApi } from './support/bot-api.ts'
import { median, percentile } from './support/figures.ts'
import { createWebhook } from './support/webhook.ts'

const PATIENCE_MS = 10_000
/** So many slices of the flood for each side, taken in turns, so that both meet the same weather. */
const SLICES = 4

/**
 * Webhook commands, 16 requests at once from 50 chats, to prorab and to a bare grammY bot. Bot and load are
 * processes of their own on both sides, and both answer through the same fake.
 */
export const ingress: Bench = {
  name: 'ingress',
  about: 'a flood of commands, against a bare grammY bot, and under kill -9',
  run: async (context) => {
    const { quick, say, cleanup } = context
    const updates = quick ? 1_000 : 4_000
    const api = await startBotApi()
    cleanup.defer(() => api.close())
    const start = await prepareProrab(context, api)
    const bare = side(api, await startBareBot(context, api))
    const program = start()
    const prorab = side(api, program)
    await program.ready()
    say('warming up')
    for (const one of [bare, prorab, bare, prorab]) await one.flood(updates / 8)

    const results: Record<'bare' | 'prorab', Slice[]> = { bare: [], prorab: [] }
    for (let slice = 0; slice < SLICES; slice++) {
      const order = slice % 2 === 0 ? (['bare', 'prorab'] as const) : (['prorab', 'bare'] as const)
      for (const name of order) {
        const result = await { bare, prorab }[name].flood(updates / SLICES)
        results[name].push(result)
        say(`${name}: ${Math.round(perSecond([result]))} answers/s`)
      }
    }
    await program.stop()
    const killed = await floodUnderKills(context, { api, start, kills: quick ? 4 : 20 })

    const sent = results.prorab.flatMap((one) => one.sent)
    const { lost, repeated } = outcomeOf(sent)
    const answerP50Ms = median(answerTimes(results.prorab))
    const throughput = perSecond(results.prorab) / perSecond(results.bare)
    return {
      figures: {
        updates: sent.length,
        answersPerS: perSecond(results.prorab),
        bareAnswersPerS: perSecond(results.bare),
        answerP50Ms,
        answerP99Ms: percentile(answerTimes(results.prorab), 0.99),
        bareAnswerP50Ms: median(answerTimes(results.bare)),
        bareAnswerP99Ms: percentile(answerTimes(results.bare), 0.99),
        acknowledgedP50Ms: median(sent.map((one) => (one.acknowledgedAt ?? Number.NaN) - one.postedAt)),
        lost,
        repeated,
        kills: killed.kills,
        killedUpdates: killed.sent,
        killedLost: killed.lost,
        killedRepeated: killed.repeated,
        killedRepeatedPerKillAndChat: killed.worst,
      },
      ratios: { throughput },
      aims: {
        throughput: atLeast(0.35, throughput),
        answerP50Ms: atMost(50, answerP50Ms),
        answeredOnce: atMost(0, lost + repeated),
        killedLost: atMost(0, killed.lost),
        killedRepeatedPerKillAndChat: atMost(1, killed.worst),
      },
    }
  },
}

interface Slice {
  sent: Sent[]
  tookMs: number
}

const side = (api: BotApi, { port }: { port: number }) => ({
  flood: async (updates: number): Promise<Slice> => {
    const webhook = createWebhook({ port, connections: AT_ONCE })
    const flood = createFlood(api, webhook)
    const startedAt = performance.now()
    await flood.run((posted) => posted >= updates)
    await flood.answered(PATIENCE_MS)
    webhook.close()
    const lastAt = Math.max(...flood.sent.flatMap(({ answers }) => answers))
    return { sent: flood.sent, tookMs: lastAt - startedAt }
  },
})

const answerTimes = (slices: Slice[]): number[] =>
  slices.flatMap(({ sent }) =>
    sent.flatMap(({ postedAt, answers: [first] }) => (first === undefined ? [] : [first - postedAt])),
  )

const perSecond = (slices: Slice[]): number =>
  (1000 * slices.reduce((sum, { sent }) => sum + sent.length, 0)) /
  slices.reduce((sum, { tookMs }) => sum + tookMs, 0)
