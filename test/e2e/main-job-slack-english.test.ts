import { test } from 'vitest'
import { createHeldModels } from '../support/held-models.ts'
import { ENGLISH, playMainJob } from './main-job.ts'
import { openWorld } from './world.ts'

test('somebody asks for a URL shortener in Slack, uses it, restarts the program and has the service changed', async () => {
  const models = createHeldModels()
  await using world = await openWorld('slack by socket', { lang: 'en', models })
  await playMainJob(world, models, ENGLISH)
})
