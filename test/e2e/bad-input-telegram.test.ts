import { afterAll, beforeAll, describe } from 'vitest'
import { describeBadInput } from './bad-input.ts'
import { openWorld, type World } from './world.ts'

describe('bad input in Telegram', () => {
  let world: World
  beforeAll(async () => {
    world = await openWorld('telegram')
  })
  afterAll(() => world[Symbol.asyncDispose]())

  describeBadInput(() => world)
})
