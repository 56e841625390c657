import { createDelivery, type Delivery } from '../src/bots/delivery/index.ts'
import { createPresenter } from '../src/bots/present/index.ts'
import { createTelegramAdapter } from '../src/bots/telegram/index.ts'
import { createTexts } from '../src/bots/texts.ts'
import { systemClock } from '../src/clock.ts'
import { connectDatabase, type Database } from '../src/db/client.ts'
import { report } from '../src/domain/incidents/report.ts'
import { createLog } from '../src/log.ts'
import { hearingChats } from './alert/chats.ts'
import { type ChatLimits, limitedBotApi } from './alert/limited-bot-api.ts'
import { atMost, type Bench } from './bench.ts'
import { openDatabase } from './support/database.ts'
import { median, percentile } from './support/figures.ts'

/** https://core.telegram.org/bots/faq: all chats together. */
const LIMITS: ChatLimits = { callsPerSecond: 30 }
const PATIENCE_MS = 10_000
const SPACED_MS = 40

/**
 * From the moment something is found to be wrong to the first message that Telegram accepts, with nothing else to
 * say; and one incident told to many chats, against a Telegram that refuses more than it documents, beside what that
 * limit alone would take.
 */
export const alert: Bench = {
  name: 'alert',
  about: 'something wrong, to the first message accepted, and to a thousand chats',
  run: async (context) => {
    const { quick, say, cleanup } = context
    const incidents = quick ? 40 : 300
    const chats = quick ? 400 : 1_000
    const databaseUrl = await openDatabase(context)
    const handle = connectDatabase(databaseUrl)
    cleanup.defer(() => handle.close())
    const { db } = handle

    const api = await limitedBotApi(LIMITS)
    cleanup.defer(() => api.close())
    const delivery = deliver(db, api)
    cleanup.defer(() => delivery.stop())

    await hearingChats(db, { from: 1, count: 1 })
    say(`${incidents} incidents, one after another`)
    const detectedMs: number[] = []
    for (let n = 0; n < incidents; n += 1) {
      // Storms are another figure: here every incident has a message of its own.
      await db.execute('delete from pages')
      // No faster than the limit, or there would be a queue ahead.
      await pause(SPACED_MS)
      const startedAt = performance.now()
      const accepted = api.nextAccepted()
      await breakDown(db, delivery, `one-${n}`)
      detectedMs.push((await inTime(accepted)) - startedAt)
    }

    await hearingChats(db, { from: 2, count: chats - 1 })
    await db.execute('delete from pages')
    await pause(1_100)
    say(`one incident for ${chats} chats`)
    const before = api.counts()
    const startedAt = performance.now()
    const all = api.accepted(before.accepted + chats)
    await breakDown(db, delivery, 'for-all')
    const tookMs = (await all) - startedAt
    const after = api.counts()
    // The first second's worth goes at once.
    const forcedMs = (Math.ceil(chats / LIMITS.callsPerSecond) - 1) * 1_000
    const ratio = tookMs / forcedMs
    const detectedP99Ms = percentile(detectedMs, 0.99)
    return {
      figures: {
        incidents,
        detectedP50Ms: median(detectedMs),
        detectedP99Ms,
        chats,
        toldAllMs: tookMs,
        forcedByLimitMs: forcedMs,
        refused: after.refused - before.refused,
      },
      ratios: { toldAllToLimit: ratio },
      aims: { detectedP99Ms: atMost(500, detectedP99Ms), toldAllToLimit: atMost(1.05, ratio) },
    }
  },
}

const log = createLog({ level: 'error' })

const deliver = (db: Database, { root, token }: { root: string; token: string }): Delivery => {
  const texts = createTexts()
  const adapter = createTelegramAdapter({ token, apiRoot: root, log, clock: systemClock, menu: () => [] })
  const operations = {
    logs: async () => '',
    status: async (name: string) => ({ name, state: 'running' as const, healthy: true, restarts: 0 }),
  }
  return createDelivery({
    db,
    adapters: new Map([[adapter.platform, adapter]]),
    present: createPresenter({ db, texts, operations }),
    log,
    instanceId: 'bench',
  })
}

const breakDown = async (db: Database, delivery: Delivery, name: string): Promise<void> => {
  const { wake } = await db.transaction((tx) =>
    report(tx, {
      kind: 'service_unhealthy',
      key: `service_unhealthy:${name}`,
      severity: 'critical',
      subject: name,
      facts: { target: 'GET http://127.0.0.1:8001/', reason: 'connection refused', failures: 3 },
      now: new Date(),
    }),
  )
  for (const id of wake) delivery.kick(id)
}

const inTime = async (accepted: Promise<number>): Promise<number> =>
  Promise.race([
    accepted,
    pause(PATIENCE_MS).then(() => {
      throw new Error('an incident was not told in time')
    }),
  ])

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms).unref())
