import type { ConversationKey, Incoming } from '../../../src/bots/chat.ts'
import { waitFor } from '../../support/wait-for.ts'
import { createSlackWorld, type Way } from './world.ts'

/** Ann, a channel she shares with the bot, and everything the bot has heard. */
export const setUpHearing = async (
  way: Way = 'socket',
  isKnownThread?: (key: ConversationKey) => Promise<boolean>,
) => {
  const world = await createSlackWorld(way, { isKnownThread })
  const received: Incoming[] = []
  await world.adapter.start(async (incoming) => {
    received.push(incoming)
  })
  const ann = world.slack.person('UANN')
  world.slack.channel('CDEV', { members: ['UANN'] })
  return {
    ...world,
    received,
    ann,
    /** Until everything that Slack had to deliver is acknowledged. */
    settled: () =>
      waitFor(() => world.slack.deliveries.every((one) => one.state === 'acknowledged'), 'deliveries'),
    [Symbol.asyncDispose]: world.close,
  }
}

export const disposable = <T extends { close(): Promise<void> }>(world: T) => ({
  ...world,
  [Symbol.asyncDispose]: world.close,
})
