import { describe, expect, it } from 'vitest'
import { waitFor } from '../../support/wait-for.ts'
import { disposable, setUpHearing } from './hearing.ts'
import { createSlackWorld, type Way } from './world.ts'

describe.each<Way>(['socket', 'http'])('delivery by %s', (way) => {
  it('of one event five times at once shows five deliveries with one event id', async () => {
    await using world = await setUpHearing(way)
    world.ann.says('once')
    await world.settled()
    const [first] = world.slack.deliveries
    for (let i = 0; i < 4; i++) world.slack.repeat(first ?? expect.unreachable())
    await waitFor(() => world.received.length === 5, 'five deliveries')
    expect(new Set(world.received.map((one) => one.eventId)).size).toBe(1)
    await world.settled()
    expect(world.slack.violations).toEqual([])
  })

  it('of a click, a command and a form that could not be written is not acknowledged', async () => {
    await using world = await createSlackWorld(way).then(disposable)
    const { slack, adapter } = world
    let isDown = false
    let attempts = 0
    await adapter.start(async () => {
      attempts += 1
      if (isDown) throw new Error('the database is down')
    })
    const ann = slack.person('UANN')
    const [part] = adapter.render({
      card: {
        title: 'Plan',
        tone: 'question',
        buttons: [
          [
            { label: 'Approve', action: 'a:1' },
            { label: 'Change…', action: 'a:2', form: { title: 'Change', label: 'What?' } },
          ],
        ],
      },
    })
    await adapter.send(`slack:T1:${ann.direct()}:main`, part ?? expect.unreachable(), { idempotencyKey: 'k' })
    ann.presses('Change…')
    await ann.sees()

    isDown = true
    const deliveries = [ann.presses('Approve'), ann.runs('/prorab status'), ann.submits('use SQLite')]
    await waitFor(() => deliveries.every((one) => one.state === 'given up'), 'three failures that people see')
    expect(attempts).toBe(3)
    expect(slack.views().at(-1)).toMatchObject({ open: true })

    isDown = false
    const again = ann.submits('use SQLite')
    await waitFor(() => again.state === 'acknowledged', 'the second try')
    expect(slack.views().at(-1)).toMatchObject({ open: false })
  })
})
