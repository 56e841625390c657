import { expect, test } from 'vitest'
import { startTelegramFake } from '../fakes/telegram.ts'
import { CLAIM_CODE, startTestApp } from '../support/app.ts'

test('a project that was stopped half way is gone on with when its person says "try again"', async () => {
  await using telegram = await startTelegramFake()
  await using _ = await startTestApp({
    env: { TELEGRAM_BOT_TOKEN: telegram.token, TELEGRAM_API_ROOT: telegram.root },
  })
  const ann = telegram.person({ id: 7, name: 'Ann', languageCode: 'en' })
  const seen = (match: RegExp, limitMs = 60_000) => telegram.waitForMessage(match, { chat: ann.id, limitMs })
  ann.says(`/claim ${CLAIM_CODE}`)
  await seen(/owner/i)
  ann.says('create a todo list')
  await seen(/Plan for todo/)
  ann.presses('Approve')
  await seen(/▸ Building [1-3]\/4/)
  ann.says('/stop')
  await seen(/todo: stopped/)

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
