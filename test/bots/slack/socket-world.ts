import type { Incoming } from '../../../src/bots/chat.ts'
import { waitFor } from '../../support/wait-for.ts'
import { createSlackWorld } from './world.ts'

/** Ann, and an adapter in Socket Mode that was not started. */
export const setUpSocket = async (options: Parameters<typeof createSlackWorld>[1] = {}) => {
  const world = await createSlackWorld('socket', options)
  const received: Incoming[] = []
  const texts = () => received.map(({ body }) => (body.kind === 'text' ? body.text : body.kind))
  return {
    ...world,
    received,
    texts,
    start: () =>
      world.adapter.start(async (incoming) => {
        received.push(incoming)
      }),
    ann: world.slack.person('UANN'),
    connected: () => waitFor(() => world.slack.sockets() === 1, 'a connection'),
    [Symbol.asyncDispose]: world.close,
  }
}
