import type { Hono } from 'hono'
import { describe, expect, it } from 'vitest'
import type { Incoming } from '../../../src/bots/chat.ts'
import { createSlackAdapter } from '../../../src/bots/slack/index.ts'
import { isSignedBySlack } from '../../../src/bots/slack/verify.ts'
import { createLog } from '../../../src/log.ts'
import { signedHeaders } from '../../fakes/slack/sign.ts'
import { createFakeSlack } from '../../fakes/slack.ts'
import { createManualClock } from '../../support/manual-clock.ts'

const NOW = '2030-01-01T12:00:00Z'
const MINUTE = 60_000

/** The adapter in HTTP mode, with requests made by hand. */
const setUp = async () => {
  const clock = createManualClock(NOW)
  const slack = await createFakeSlack({ clock })
  const received: Incoming[] = []
  let refuses = false
  const adapter = createSlackAdapter({
    botToken: slack.botToken,
    apiUrl: slack.apiUrl,
    mode: { signingSecret: slack.signingSecret },
    log: createLog({ level: 'silent' }),
    clock,
  })
  await adapter.start(async (incoming) => {
    received.push(incoming)
    if (refuses) throw new Error('the database is down')
  })
  const routes = adapter.routes as Hono
  const send = (body: string, headers: Record<string, string>) =>
    routes.request('/slack/events', {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json', ...headers },
    })
  return {
    clock,
    slack,
    received,
    send,
    sign: (body: string, { secret = slack.signingSecret, atMs = 0 } = {}) =>
      signedHeaders(body, secret, new Date(clock.now().getTime() + atMs)),
    refuse: () => {
      refuses = true
    },
    stop: () => adapter.stop(),
    async [Symbol.asyncDispose]() {
      await adapter.stop()
      await slack.close()
    },
  }
}

const message = JSON.stringify({
  type: 'event_callback',
  team_id: 'T1',
  event_id: 'Ev1',
  event: { type: 'message', channel: 'DANN', channel_type: 'im', user: 'UANN', text: 'hello', ts: '1.1' },
})

type World = Awaited<ReturnType<typeof setUp>>

describe('a request to /slack/events', () => {
  it('with a good signature is written down and acknowledged', async () => {
    await using world = await setUp()
    const response = await world.send(message, world.sign(message))
    expect(response.status).toBe(200)
    expect(await response.text()).toBe('')
    expect(world.received).toMatchObject([{ eventId: 'T1:Ev1', body: { kind: 'text', text: 'hello' } }])
  })

  it.each([-5, 5])('%i minutes away from our clock is just good enough', async (minutes) => {
    await using world = await setUp()
    const response = await world.send(message, world.sign(message, { atMs: minutes * MINUTE }))
    expect(response.status).toBe(200)
  })

  const without = (headers: Record<string, string>, name: string) =>
    Object.fromEntries(Object.entries(headers).filter(([key]) => key !== name))

  const forgeries: { name: string; headers: (world: World) => Record<string, string>; body?: string }[] = [
    { name: 'signed with another secret', headers: (w) => w.sign(message, { secret: 'another-secret' }) },
    // An app that was configured with an empty secret would accept this one from anybody.
    { name: 'signed with an empty key', headers: (w) => w.sign(message, { secret: '' }) },
    { name: 'more than five minutes old', headers: (w) => w.sign(message, { atMs: -5 * MINUTE - 1000 }) },
    { name: 'more than five minutes ahead', headers: (w) => w.sign(message, { atMs: 5 * MINUTE + 1000 }) },
    {
      name: 'with a changed body',
      headers: (w) => w.sign(message),
      body: message.replace('hello', 'deploy'),
    },
    {
      name: 'with a changed time',
      headers: (w) => ({ ...w.sign(message), 'x-slack-request-timestamp': timeIn(w, 1) }),
    },
    { name: 'without a signature', headers: (w) => without(w.sign(message), 'x-slack-signature') },
    { name: 'without a time', headers: (w) => without(w.sign(message), 'x-slack-request-timestamp') },
    { name: 'with an empty signature', headers: (w) => ({ ...w.sign(message), 'x-slack-signature': '' }) },
    { name: 'with an empty time', headers: (w) => ({ ...w.sign(message), 'x-slack-request-timestamp': '' }) },
    {
      name: 'with a time that is no number',
      headers: (w) => ({ ...w.sign(message), 'x-slack-request-timestamp': 'NaN' }),
    },
    { name: 'with half a signature', headers: (w) => ({ ...w.sign(message), 'x-slack-signature': 'v0=' }) },
    {
      name: 'with a version of the future',
      headers: (w) => ({
        ...w.sign(message),
        'x-slack-signature': (w.sign(message)['x-slack-signature'] ?? '').replace('v0=', 'v1='),
      }),
    },
    { name: 'without any header', headers: () => ({}) },
  ]
  const timeIn = (world: World, seconds: number) =>
    String(Math.floor(world.clock.now().getTime() / 1000) + seconds)

  it.each(forgeries)('$name is refused, and nothing is written', async ({ headers, body = message }) => {
    await using world = await setUp()
    const response = await world.send(body, headers(world))
    expect(response.status).toBe(401)
    expect(world.received).toEqual([])
  })

  it('that proves the address is answered with its challenge, but only to Slack', async () => {
    await using world = await setUp()
    const body = JSON.stringify({ type: 'url_verification', challenge: 'c-123' })
    const response = await world.send(body, world.sign(body))
    expect(await response.json()).toEqual({ challenge: 'c-123' })
    expect((await world.send(body, {})).status).toBe(401)
  })

  it('asks to be repeated when the row could not be written', async () => {
    await using world = await setUp()
    world.refuse()
    expect((await world.send(message, world.sign(message))).status).toBe(503)
  })

  it('asks to be repeated when the adapter has stopped', async () => {
    await using world = await setUp()
    await world.stop()
    expect((await world.send(message, world.sign(message))).status).toBe(503)
    expect(world.received).toEqual([])
  })

  it('of more than a megabyte is not even read', async () => {
    await using world = await setUp()
    const body = JSON.stringify({ filling: 'x'.repeat(1024 * 1024) })
    expect((await world.send(body, world.sign(body))).status).toBe(413)
  })

  it.each(['', '{', '[]', '"text"', 'null'])('that is not an object, %j, is refused', async (body) => {
    await using world = await setUp()
    expect((await world.send(body, world.sign(body))).status).toBe(400)
  })

  it('with a form in which the payload is broken is refused', async () => {
    await using world = await setUp()
    const body = 'payload=%7Bbroken'
    const headers = { ...world.sign(body), 'content-type': 'application/x-www-form-urlencoded' }
    expect((await world.send(body, headers)).status).toBe(400)
  })

  it('of a kind nobody listens to is acknowledged and left alone', async () => {
    await using world = await setUp()
    for (const body of [
      '{"type":"app_rate_limited"}',
      '{}',
      '{"type":"event_callback","event":{"type":"team_join"}}',
    ])
      expect((await world.send(body, world.sign(body))).status).toBe(200)
    expect(world.received).toEqual([])
  })
})

it('no signature is good without a secret', () => {
  const now = new Date(NOW)
  const { 'x-slack-signature': signature, 'x-slack-request-timestamp': timestamp } = signedHeaders(
    '{}',
    '',
    now,
  )
  const request = { signature, timestamp, body: new TextEncoder().encode('{}'), now }
  expect(isSignedBySlack({ ...request, signingSecret: '' })).toBe(false)
})

describe('an adapter without secrets', () => {
  it.each([
    { botToken: '', mode: { signingSecret: 'secret' } },
    { botToken: 'xoxb-1', mode: { signingSecret: '' } },
    { botToken: 'xoxb-1', mode: { socket: '' } },
  ])('is not made: %j', (secrets) => {
    const make = () =>
      createSlackAdapter({
        ...secrets,
        apiUrl: 'http://127.0.0.1:1/',
        log: createLog({ level: 'silent' }),
        clock: createManualClock(),
      })
    expect(make).toThrow(expect.objectContaining({ code: 'misconfigured' }))
  })
})
