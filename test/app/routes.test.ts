import { expect, test } from 'vitest'
import { routesOf } from '../../src/app/routes.ts'
import { createSlackRoutes } from '../../src/bots/slack/http.ts'
import { createWebhookRoutes } from '../../src/bots/telegram/webhook.ts'
import { connectDatabase } from '../../src/db/client.ts'
import { createMetrics } from '../../src/http/metrics.ts'
import { createHttpApp } from '../../src/http/server.ts'
import { createLog } from '../../src/log.ts'
import { createManualClock } from '../support/manual-clock.ts'

const post = (path: string, headers: Record<string, string> = {}) =>
  new Request(`http://localhost${path}`, { method: 'POST', body: '{}', headers })

test('of requests that Telegram and Slack did not sign only their number is kept', async () => {
  const { db, close } = connectDatabase('postgres://nobody:nothing@127.0.0.1:1/none')
  const metrics = createMetrics(db)
  const log = createLog({ level: 'silent' })
  const heard: unknown[] = []
  const take = async (what: unknown) => void heard.push(what)
  const telegram = createWebhookRoutes({ secret: 'good', log, intake: () => ({ take }) })
  const slack = createSlackRoutes({ signingSecret: 'secret', log, dispatch: take })
  const routes = routesOf(
    { github: undefined },
    new Map([
      ['telegram', { routes: telegram }],
      ['slack', { routes: slack }],
    ]),
    { db, clock: createManualClock(), log, wake: { sync: async () => {} }, metrics },
  )
  const app = createHttpApp({ log, routes, checks: {}, metrics: metrics.read }, () => false)
  try {
    expect((await app.request(post('/telegram/webhook'))).status).toBe(401)
    const token = 'x-telegram-bot-api-secret-token'
    expect((await app.request(post('/telegram/webhook', { [token]: 'good' }))).status).toBe(200)
    for (const _ of [1, 2]) expect((await app.request(post('/slack/events'))).status).toBe(401)
    expect(heard).toHaveLength(1)
    const text = await (await app.request('/metrics')).text()
    expect(text).toContain('prorab_forged_requests_total{source="telegram"} 1')
    expect(text).toContain('prorab_forged_requests_total{source="slack"} 2')
  } finally {
    await close()
  }
})
