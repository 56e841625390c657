import { Hono } from 'hono'
import { expect, test } from 'vitest'
import { connectDatabase } from '../../src/db/client.ts'
import { createMetrics } from '../../src/http/metrics.ts'
import { createHttpApp } from '../../src/http/server.ts'
import { createLog } from '../../src/log.ts'

const silent = createLog({ level: 'silent' })
const ready = () => false

test('a request that fails is answered without its reason, which is in the log', async () => {
  let logged = ''
  const log = createLog({
    level: 'info',
    to: {
      write: (line: string) => {
        logged += line
      },
    },
  })
  const routes = [
    new Hono().get('/broken', () => {
      throw new Error('the reason')
    }),
  ]
  const app = createHttpApp(
    { log, routes, checks: {}, metrics: async () => ({ contentType: '', text: '' }) },
    ready,
  )
  const answer = await app.request('/broken')
  expect([answer.status, await answer.text()]).toEqual([500, 'Internal Server Error'])
  expect(logged).toContain('the reason')
})

test('while the database is away, readiness says so and the metrics of the process are still read', async () => {
  const { db, close } = connectDatabase('postgres://nobody:nothing@127.0.0.1:1/none')
  try {
    const checks = { database: () => db.execute('select 1') }
    const app = createHttpApp({ log: silent, routes: [], checks, metrics: createMetrics(db).read }, ready)
    expect((await app.request('/readyz')).status).toBe(503)
    const metrics = await app.request('/metrics')
    expect(metrics.status).toBe(200)
    const text = await metrics.text()
    expect(text).toContain('process_cpu_seconds_total')
    expect(text).not.toMatch(/^prorab_waiting\{/m)
  } finally {
    await close()
  }
})
