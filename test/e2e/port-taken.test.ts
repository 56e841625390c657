import { createServer } from 'node:net'
import { expect, test } from 'vitest'
import { ports } from '../../src/db/schema/index.ts'
import { startTelegramFake } from '../fakes/telegram.ts'
import { CLAIM_CODE, startTestApp } from '../support/app.ts'
import { waitFor } from '../support/wait-for.ts'

test('a port that another program took while the service was built is exchanged for a free one', async () => {
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
  const allocated = await waitFor(async () => (await test.database.db.select().from(ports))[0], 'a port')
  const intruder = createServer().listen(allocated.port, '127.0.0.1')

  try {
    const done = await telegram.waitForMessage(/todo is active/, { chat: ann.id, limitMs: 120_000 })
    const url = new URL(done.text.match(/http:\S+/)?.[0] ?? '')
    expect(Number(url.port)).not.toBe(allocated.port)
    expect((await fetch(new URL('/healthz', url))).status).toBe(200)
  } finally {
    intruder.close()
  }
})
