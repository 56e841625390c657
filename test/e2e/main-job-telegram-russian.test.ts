import { test } from 'vitest'
import { createHeldModels } from '../support/held-models.ts'
import { playMainJob, RUSSIAN } from './main-job.ts'
import { openWorld } from './world.ts'

test('somebody asks for a URL shortener in Telegram, in Russian, uses it, restarts the program and has the service changed', async () => {
  const models = createHeldModels()
  await using world = await openWorld('telegram', { lang: 'ru', models })
  await playMainJob(world, models, RUSSIAN)
})
