import { describe, expect, it } from 'vitest'
import { createManualClock } from '../../support/manual-clock.ts'
import { waitFor } from '../../support/wait-for.ts'
import { setUpSocket } from './socket-world.ts'

describe('Socket Mode, when the program stops,', () => {
  it('finishes what it took in before it stops, and takes in nothing more', async () => {
    await using world = await setUpSocket({ ackTimeoutMs: 60_000 })
    const gate = Promise.withResolvers<void>()
    const seen: string[] = []
    await world.adapter.start(async ({ body }) => {
      seen.push(body.kind === 'text' ? body.text : '')
      await gate.promise
    })
    world.ann.says('last words')
    await waitFor(() => seen.length === 1, 'the message')
    const stopping = world.adapter.stop()
    world.ann.says('too late')
    await world.slack.roundTrip()
    expect(world.slack.acknowledged()).toBe(0)
    gate.resolve()
    await stopping
    await waitFor(() => world.slack.sockets() === 0, 'the goodbye')
    expect(world.slack.acknowledged()).toBe(1)
    expect(seen).toEqual(['last words'])
    expect(world.slack.violations).toEqual([])
  })

  it('stops while it waits to connect, and does not connect after that', async () => {
    const clock = createManualClock()
    await using world = await setUpSocket({ clock })
    await world.start()
    world.slack.fail({ kind: 'status', status: 500 }, { method: 'apps.connections.open' })
    world.slack.dropSockets()
    await waitFor(() => clock.sleeping === 1, 'the wait')
    await world.adapter.stop()
    world.slack.heal()
    await clock.advance(120_000)
    expect(world.slack.sockets()).toBe(0)
  })

  it('stops while Slack takes its time with an address, and leaves when the address comes after all', async () => {
    await using world = await setUpSocket()
    await world.start()
    const answer = Promise.withResolvers<void>()
    world.slack.fail({ kind: 'slow', until: answer.promise }, { method: 'apps.connections.open' })
    world.slack.dropSockets()
    await waitFor(() => world.logged().includes('slack.disconnected'), 'the loss')
    await world.adapter.stop()
    answer.resolve()
    await waitFor(() => world.slack.connectionsMade() === 2, 'the late connection')
    await waitFor(() => world.slack.sockets() === 0, 'the goodbye')
  })

  it('can be started again after it was stopped', async () => {
    await using world = await setUpSocket()
    await world.start()
    await world.adapter.stop()
    await world.start()
    world.ann.says('hello again')
    await waitFor(() => world.texts().includes('hello again'), 'the message')
  })
})
