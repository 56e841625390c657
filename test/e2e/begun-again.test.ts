import { eq } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { tasks } from '../../src/db/schema/index.ts'
import { startTelegramFake } from '../fakes/telegram.ts'
import { CLAIM_CODE, startTestApp } from '../support/app.ts'
import { createHeldModels } from '../support/held-models.ts'
import { waitFor } from '../support/wait-for.ts'

test('a project that was stopped half way is gone on with when its person says "try again"', async () => {
  await using telegram = await startTelegramFake()
  const models = createHeldModels()
  await using program = await startTestApp({
    models,
    env: { TELEGRAM_BOT_TOKEN: telegram.token, TELEGRAM_API_ROOT: telegram.root },
  })
  const ann = telegram.person({ id: 7, name: 'Ann', languageCode: 'en' })
  const seen = (match: RegExp, limitMs = 60_000) => telegram.waitForMessage(match, { chat: ann.id, limitMs })
  ann.says(`/claim ${CLAIM_CODE}`)
  await seen(/owner/i)
  ann.says('create a todo list')
  await seen(/Plan for todo/)

  // The developer goes on step by step until the first task is done, and no further.
  models.hold('code')
  ann.presses('Approve')
  await waitFor(
    async () => {
      const built = await program.app.db.select().from(tasks).where(eq(tasks.workType, 'implement'))
      if (built.some(({ state }) => state === 'succeeded')) return true
      if (models.waiting('code') === 0) return false
      models.release('code')
      models.hold('code')
      return false
    },
    'the first task to be done',
    60_000,
  )
  await seen(/▸ Building 1\/4/)
  ann.says('/stop')
  await seen(/todo: stopped/)
  models.release('code')

  const again = ann.says('try again')
  const plan = await telegram.waitForMessage(
    (message) => message.buttons.includes('Approve') && message.text.includes('todo'),
    { chat: ann.id, after: again },
  )
  expect(plan.text).toContain('To-do list')
  ann.presses('Approve', { message: plan })
  const done = await seen(/todo is active/, 120_000)
  expect((await fetch(`${done.text.match(/http:\S+/)?.[0]}/healthz`)).status).toBe(200)
})
