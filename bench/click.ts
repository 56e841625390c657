import type { Sql } from 'postgres'
import { connectDatabase } from '../src/db/client.ts'
import { atMost, type Bench } from './bench.ts'
import { prepareRuns, type Question, questionsOf } from './click/questions.ts'
import { type BotApi, startBotApi } from './support/bot-api.ts'
import { admitPeople, openDatabase } from './support/database.ts'
import { median, percentile } from './support/figures.ts'
import { createProrab } from './support/prorab.ts'
import { personId, pressed } from './support/updates.ts'
import type { Webhook } from './support/webhook.ts'

const PATIENCE_MS = 15_000
const POLL_MS = 5

/**
 * A click on a plan card, from the webhook to the card that tells who decided, and to the graph that went on past
 * its question. Real delivery runs with the offline model; people reject, which is the shortest way to go on.
 */
export const click: Bench = {
  name: 'click',
  about: 'a click, to the card edited and the graph resumed',
  run: async (context) => {
    const { quick, say, cleanup } = context
    const people = quick ? 20 : 60
    const databaseUrl = await openDatabase(context)
    const userIds = await admitPeople(databaseUrl, people)
    const api = await startBotApi()
    cleanup.defer(() => api.close())
    const { app, webhook } = await createProrab(context, { api, databaseUrl })
    await prepareRuns(app.db, userIds)
    const { sql, close } = connectDatabase(databaseUrl, { maxConnections: 1 })
    cleanup.defer(close)
    say(`${people} runs make their plans`)
    const asked = questionsOf(api, people)
    await app.start()
    const questions = await asked
    await quiet(sql)

    say(`${people} clicks, one after another`)
    const editedMs: number[] = []
    const resumedMs: number[] = []
    for (const question of questions) {
      const { edited, resumed } = await press({ api, webhook, sql }, question)
      if (edited !== undefined) editedMs.push(edited)
      if (resumed !== undefined) resumedMs.push(resumed)
    }
    const lost = 2 * people - editedMs.length - resumedMs.length
    return {
      figures: {
        clicks: people,
        editedP50Ms: median(editedMs),
        editedP99Ms: percentile(editedMs, 0.99),
        resumedP50Ms: median(resumedMs),
        resumedP99Ms: percentile(resumedMs, 0.99),
        lost,
      },
      ratios: {},
      aims: { lost: atMost(0, lost) },
    }
  },
}

interface Clicking {
  api: BotApi
  webhook: Webhook
  sql: Sql
}

const press = async ({ api, webhook, sql }: Clicking, { person, message, buttons }: Question) => {
  const data = buttons.find((button) => button.includes(':reject:')) ?? ''
  const startedAt = performance.now()
  const edited = new Promise<number | undefined>((resolve) => {
    const late = setTimeout(() => resolve(undefined), PATIENCE_MS)
    api.watch((shown) => {
      if (shown.chat !== personId(person) || shown.message !== message || !shown.edited) return
      clearTimeout(late)
      resolve(shown.at - startedAt)
    })
  })
  while (!(await webhook.post(pressed(person, message, data))));
  return { edited: await edited, resumed: await resumedAfter(sql, person, startedAt) }
}

/** When the decision counted as applied: the graph has passed its question by then. */
const resumedAfter = async (sql: Sql, person: number, startedAt: number): Promise<number | undefined> => {
  const key = `%:${personId(person)}:0`
  while (performance.now() - startedAt < PATIENCE_MS) {
    const [row] = await sql<{ at: number }[]>`
      select extract(epoch from a.applied_at)::float8 * 1000 as at from approvals a
      join conversations c on c.id = a.conversation_id where c.key like ${key} and a.applied_at is not null`
    if (row) return row.at - (performance.timeOrigin + startedAt)
    await pause(POLL_MS)
  }
  return undefined
}

/** Until nothing is left to be shown or driven, so that a click is not measured beside the planning. */
const quiet = async (sql: Sql): Promise<void> => {
  const startedAt = performance.now()
  while (performance.now() - startedAt < PATIENCE_MS) {
    const [row] = await sql<{ busy: boolean }[]>`
      select exists (select 1 from outbox where state in ('pending', 'sending'))
        or exists (select 1 from runs where status in ('queued', 'running')) as busy`
    if (!row?.busy) return
    await pause(50)
  }
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
