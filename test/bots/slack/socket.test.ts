import { describe, expect, it } from 'vitest'
import { createSocket } from '../../../src/bots/slack/socket.ts'
import { systemClock } from '../../../src/clock.ts'
import { createLog } from '../../../src/log.ts'
import { createFakeSlack } from '../../fakes/slack.ts'
import { createManualClock } from '../../support/manual-clock.ts'
import { waitFor } from '../../support/wait-for.ts'
import { setUpSocket } from './socket-world.ts'

describe('Socket Mode', () => {
  it('connects again when the wire is cut, and nothing said meanwhile is lost', async () => {
    await using world = await setUpSocket()
    await world.start()
    for (let round = 0; round < 3; round++) {
      world.ann.says(`before ${round}`)
      world.slack.dropSockets()
      world.ann.says(`meanwhile ${round}`)
      await waitFor(() => world.texts().includes(`meanwhile ${round}`), 'the message')
      await waitFor(() => world.texts().includes(`before ${round}`), 'the message')
      await world.connected()
    }
  })

  it('has a message that was cut off before its acknowledgement delivered again', async () => {
    await using world = await setUpSocket()
    const gate = Promise.withResolvers<void>()
    const seen: string[] = []
    await world.adapter.start(async ({ eventId }) => {
      seen.push(eventId)
      if (seen.length === 1) await gate.promise
    })
    world.ann.says('hello')
    await waitFor(() => seen.length === 1, 'the message')
    world.slack.dropSockets()
    gate.resolve()
    await waitFor(() => world.slack.acknowledged() === 1, 'the acknowledgement')
    expect(seen).toEqual([seen[0], seen[0]])
  })

  it('connects again when Slack asks for it', async () => {
    await using world = await setUpSocket()
    await world.start()
    world.slack.asksToReconnect()
    await waitFor(
      () => world.slack.calls.filter((one) => one.method === 'apps.connections.open').length === 2,
      'a new address',
    )
    await world.connected()
    world.ann.says('still there?')
    await waitFor(() => world.texts().includes('still there?'), 'the message')
  })

  it.each([
    ['5xx', { kind: 'status', status: 503 }],
    ['resets', { kind: 'reset' }],
    ['an error of its own', { kind: 'error', error: 'internal_error' }],
    ['a revoked token', { kind: 'error', error: 'invalid_auth' }],
  ] as const)('keeps trying, ever more seldom, while Slack answers with %s', async (_what, fault) => {
    const clock = createManualClock()
    await using world = await setUpSocket({ clock })
    await world.start()
    world.slack.fail(fault, { method: 'apps.connections.open' })
    world.slack.dropSockets()
    const waits: number[] = []
    for (let i = 0; i < 7; i++) {
      await waitFor(
        () => clock.sleeping === 1 && world.logged().match(/slack.not_connected/g)?.length === i + 1,
        'a wait',
      )
      const waitMs = [...world.logged().matchAll(/"waitMs":(\d+)/g)].map((one) => Number(one[1])).at(-1) ?? 0
      waits.push(waitMs)
      if (i < 6) await clock.advance(waitMs)
    }
    expect(waits).toEqual([1000, 2000, 4000, 8000, 16_000, 30_000, 30_000])
    world.slack.heal()
    await clock.advance(30_000)
    await world.connected()
    world.ann.says('welcome back')
    await waitFor(() => world.texts().includes('welcome back'), 'the message')

    world.slack.fail(fault, { method: 'apps.connections.open' })
    world.slack.dropSockets()
    await waitFor(() => world.logged().match(/slack.not_connected/g)?.length === 8, 'a wait')
    expect(
      world
        .logged()
        .match(/"waitMs":(\d+)/g)
        ?.at(-1),
    ).toBe('"waitMs":1000')
  })

  it('waits as long as Slack says when it connects too often', async () => {
    const clock = createManualClock()
    await using world = await setUpSocket({ clock })
    await world.start()
    world.slack.fail({ kind: 'rate', retryAfterMs: 40_000 }, { method: 'apps.connections.open', times: 1 })
    world.slack.dropSockets()
    await waitFor(() => world.logged().includes('slack.not_connected'), 'the wait')
    await clock.advance(39_000)
    expect(world.slack.sockets()).toBe(0)
    await clock.advance(1000)
    await world.connected()
  })

  it('starts while Slack is away, and connects when it is back', async () => {
    const clock = createManualClock()
    await using world = await setUpSocket({ clock })
    world.slack.fail({ kind: 'reset' })
    await world.start()
    world.slack.heal()
    await waitFor(() => clock.sleeping === 1, 'the wait')
    await clock.advance(1000)
    await world.connected()
    world.ann.says('hello')
    await waitFor(() => world.texts().includes('hello'), 'the message')
  })

  it.each(['auth.test', 'apps.connections.open'])(
    'does not start with a token that %s refuses, and may be started again',
    async (method) => {
      await using world = await setUpSocket()
      world.slack.fail({ kind: 'error', error: 'invalid_auth' }, { method })
      await expect(world.start()).rejects.toMatchObject({
        code: 'platform_refused',
        message: expect.stringContaining('token'),
      })
      world.slack.heal()
      await world.start()
      world.ann.says('hello')
      await waitFor(() => world.texts().includes('hello'), 'the message')
    },
  )

  it('gives up a connection on which Slack says no hello, and tries another', async () => {
    const clock = createManualClock()
    await using world = await setUpSocket({ clock })
    world.slack.saysHello(false)
    const starting = world.start()
    await waitFor(
      () => world.slack.calls.some((one) => one.method === 'apps.connections.open'),
      'the address',
    )
    await clock.advance(30_000)
    await starting
    world.slack.saysHello(true)
    await waitFor(() => clock.sleeping >= 1, 'the wait')
    await clock.advance(1000)
    await world.connected()
  })

  it('leaves a connection on which nobody answers its pings', async () => {
    const slack = await createFakeSlack()
    const received: unknown[] = []
    const socket = createSocket({
      appToken: slack.appToken,
      clientOptions: { slackApiUrl: slack.apiUrl, retryConfig: { retries: 0 } },
      dispatch: async (body) => {
        received.push(body)
      },
      clock: systemClock,
      log: createLog({ level: 'silent' }),
      pingTimeoutMs: 60,
    })
    await socket.start()
    slack.answersPings(false)
    await waitFor(
      () => slack.calls.filter((one) => one.method === 'apps.connections.open').length >= 2,
      'a new connection',
    )
    slack.answersPings(true)
    slack.person('UANN').says('hello')
    await waitFor(() => received.length > 0, 'the message')
    await socket.stop()
    await slack.close()
  })

  it.each([
    [
      'an event without an event',
      '{"type":"events_api","envelope_id":"e1","payload":{"type":"app_rate_limited"}}',
    ],
    ['an envelope without a payload', '{"type":"events_api","envelope_id":"e2"}'],
    ['something that is not JSON', 'hello?'],
    ['nothing', ''],
    ['null', 'null'],
  ])('survives %s', async (_what, message) => {
    await using world = await setUpSocket()
    await world.start()
    world.slack.sendsOnSocket(message)
    world.ann.says('go on')
    await waitFor(() => world.texts().includes('go on'), 'the message')
  })
})
