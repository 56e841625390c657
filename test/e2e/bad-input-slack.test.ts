import { afterAll, beforeAll, describe } from 'vitest'
import { describeBadInput } from './bad-input.ts'
import { openWorld, type World } from './world.ts'

describe('bad input in Slack', () => {
  let world: World
  beforeAll(async () => {
    world = await openWorld('slack by socket')
  })
  afterAll(() => world[Symbol.asyncDispose]())

  describeBadInput(() => world)
})
