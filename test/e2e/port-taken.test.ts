import { createServer, type Server } from 'node:net'
import { eq } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { deployments, ports } from '../../src/db/schema/index.ts'
import { startTelegramFake } from '../fakes/telegram.ts'
import { CLAIM_CODE, startTestApp, type TestApp } from '../support/app.ts'
import { waitFor } from '../support/wait-for.ts'

test('a port that another program took while the service was built is exchanged for a free one', async () => {
  await buildDespite(async ({ database }) => {
    const { port } = await waitFor(async () => (await database.db.select().from(ports))[0], 'a port')
    return { port, intruder: createServer().listen(port, '127.0.0.1') }
  })
})

test('so is one that is taken at the last moment, when the service is about to be started there', async () => {
  await buildDespite(async ({ database }) => {
    const { port } = await waitFor(async () => {
      const rows = database.db.select().from(deployments)
      return (await rows.where(eq(deployments.state, 'deploying')))[0]
    }, 'a deployment')
    return { port, intruder: createServer().listen(port, '127.0.0.1') }
  })
})

/** Ann has a to-do list built while another program takes its port, and gets one that works at another. */
const buildDespite = async (intrude: (test: TestApp) => Promise<{ port: number; intruder: Server }>) => {
  await using telegram = await startTelegramFake()
  await using test = await startTestApp({
    env: { TELEGRAM_BOT_TOKEN: telegram.token, TELEGRAM_API_ROOT: telegram.root },
  })
  const ann = telegram.person({ id: 7, name: 'Ann', languageCode: 'en' })
  ann.says(`/claim ${CLAIM_CODE}`)
  await telegram.waitForMessage(/owner/i, { chat: ann.id })
  ann.says('create a todo list')
  await telegram.waitForMessage(({ buttons }) => buttons.includes('Approve'), { chat: ann.id })
  ann.presses('Approve')
  const { port, intruder } = await intrude(test)
  try {
    const done = await telegram.waitForMessage(/todo is active/, { chat: ann.id, limitMs: 120_000 })
    const url = new URL(done.text.match(/http:\S+/)?.[0] ?? '')
    expect(Number(url.port)).not.toBe(port)
    expect((await fetch(new URL('/healthz', url))).status).toBe(200)
    expect(await test.database.db.select().from(deployments)).toMatchObject([
      { state: 'healthy', port: Number(url.port) },
    ])
  } finally {
    intruder.close()
  }
}
