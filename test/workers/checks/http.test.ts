import type { RequestListener } from 'node:http'
import { describe, expect, test } from 'vitest'
import { SECOND_MS, systemClock } from '../../../src/clock.ts'
import type { CheckTarget } from '../../../src/db/shapes/server.ts'
import { probe } from '../../../src/workers/checks/probe.ts'
import { freePort } from '../../support/free-port.ts'
import { createManualClock } from '../../support/manual-clock.ts'
import { waitFor } from '../../support/wait-for.ts'
import { checkOf, guardFor, socketTarget, type Target, webTarget } from './targets.ts'

const never = new AbortController().signal

const look = async (
  answer: RequestListener,
  { path = '/healthz', ...target }: CheckTarget & { path?: string } = {},
) => {
  await using web = await webTarget(answer)
  return await probe(checkOf({ target: { url: `http://127.0.0.1:${web.port}${path}`, ...target } }), {
    guard: guardFor([web.port]),
    clock: systemClock,
    signal: never,
  })
}

/** Looks at what does not end by itself, and lets the time-out come. */
const lookInVain = async (target: Target, change: Partial<CheckTarget> = {}) => {
  const clock = createManualClock()
  const looked = probe(
    checkOf({ timeoutMs: 10 * SECOND_MS, target: { url: `http://127.0.0.1:${target.port}/`, ...change } }),
    { guard: guardFor([target.port]), clock, signal: never },
  )
  await waitFor(() => target.connections > 0, 'the connection')
  await clock.advance(10 * SECOND_MS)
  return looked
}

describe('a web address is well', () => {
  test('when it answers 2xx, whatever it says', async () => {
    expect(await look((_, answer) => answer.writeHead(204).end())).toMatchObject({ ok: true, facts: {} })
  })

  test('when it names the version that was deployed', async () => {
    const answer: RequestListener = ({ url }, response) =>
      response.end(JSON.stringify({ version: url === '/healthz' ? 'abc' : 'another page' }))
    expect(await look(answer, { version: 'abc' })).toMatchObject({ ok: true })
    expect(await look(answer, { version: 'xyz' })).toMatchObject({
      ok: false,
      reason: 'answered version abc instead of xyz',
    })
  })

  test('when it redirects to something that is', async () => {
    const result = await look(({ url }, answer) =>
      url === '/new' ? answer.end('here') : answer.writeHead(301, { location: '/new' }).end(),
    )
    expect(result).toMatchObject({ ok: true })
  })

  test('when its body never ends, and nobody asked what is in it', async () => {
    expect(await look((_, answer) => void answer.write('a beginning'))).toMatchObject({ ok: true })
  })
})

describe('a web address is not well', () => {
  test.each([404, 500, 503])('when it answers %d', async (status) => {
    expect(await look((_, answer) => answer.writeHead(status).end())).toMatchObject({
      ok: false,
      reason: `answered ${status}`,
    })
  })

  test('when nobody listens', async () => {
    const port = await freePort()
    const result = await probe(checkOf({ target: { url: `http://127.0.0.1:${port}/` } }), {
      guard: guardFor([port]),
      clock: systemClock,
      signal: never,
    })
    expect(result).toMatchObject({ ok: false, reason: 'connection refused' })
  })

  test('when it ends the connection in the middle', async () => {
    await using rude = await socketTarget((socket) => socket.once('data', () => socket.resetAndDestroy()))
    const result = await probe(checkOf({ target: { url: `http://127.0.0.1:${rude.port}/` } }), {
      guard: guardFor([rude.port]),
      clock: systemClock,
      signal: never,
    })
    expect(result).toMatchObject({ ok: false, reason: 'connection reset' })
  })

  test('when the version is missing or the answer is no JSON', async () => {
    for (const text of ['{}', '{"version":7}', 'null', '<html>'])
      expect(await look((_, answer) => answer.end(text), { version: 'abc' })).toMatchObject({
        ok: false,
        reason: 'answered no version',
      })
  })

  test('when it redirects for ever', async () => {
    let asked = 0
    const result = await look((_, answer) => {
      asked += 1
      answer.writeHead(302, { location: `/${asked}` }).end()
    })
    expect(result).toMatchObject({ ok: false, reason: 'more than 5 redirects' })
    expect(asked).toBe(6)
  })

  test('when it redirects to something that is no web address', async () => {
    for (const location of ['file:///etc/passwd', 'gopher://127.0.0.1/', 'http://'])
      expect(await look((_, answer) => answer.writeHead(302, { location }).end())).toMatchObject({
        ok: false,
        reason: 'redirects to something that is no web address',
      })
  })

  test('when its headers never fit', async () => {
    const result = await look((_, answer) => answer.writeHead(200, { 'x-long': 'x'.repeat(20_000) }).end())
    expect(result).toMatchObject({ ok: false, reason: 'its headers are too long' })
  })

  test('when its name has no address', async () => {
    const result = await probe(checkOf({ target: { url: 'http://nowhere.example/' } }), {
      guard: guardFor([]),
      clock: systemClock,
      signal: never,
    })
    expect(result).toMatchObject({ ok: false, reason: 'no such host' })
  })
})

describe('a target that holds on to whoever looks is let go', () => {
  test('when it takes the connection and says nothing', async () => {
    await using silent = await socketTarget(() => {})
    expect(await lookInVain(silent)).toMatchObject({
      ok: false,
      reason: 'no answer within 10 s',
      latencyMs: 10 * SECOND_MS,
    })
    await waitFor(() => silent.open === 0, 'the connection to be closed')
  })

  test('when it says its headers drop by drop', async () => {
    await using slow = await socketTarget((socket) => void socket.write('HTTP/1.1 200 OK\r\nx-a: b\r\n'))
    expect(await lookInVain(slow)).toMatchObject({ ok: false, reason: 'no answer within 10 s' })
    await waitFor(() => slow.open === 0, 'the connection to be closed')
  })

  test('when it is to name its version and goes on for ever, at the 64th kilobyte', async () => {
    let sent = 0
    const result = await look(
      (_, answer) => {
        const pour = () => {
          while (!answer.destroyed && answer.write('x'.repeat(8_192))) sent += 8_192
        }
        answer.on('drain', pour)
        pour()
      },
      { version: 'abc' },
    )
    expect(result).toMatchObject({ ok: false, reason: 'answered more than 64 KB' })
    expect(sent).toBeGreaterThan(64 * 1024)
  })

  test('when it begins to name its version and stops', async () => {
    await using half = await webTarget((_, answer) => void answer.write('{"version":'))
    expect(await lookInVain(half, { version: 'abc' })).toMatchObject({
      ok: false,
      reason: 'no answer within 10 s',
    })
    await waitFor(() => half.open === 0, 'the connection to be closed')
  })

  test('when whoever looks has to stop: then there is no result', async () => {
    await using silent = await socketTarget(() => {})
    const stopping = new AbortController()
    const looked = probe(checkOf({ target: { url: `http://127.0.0.1:${silent.port}/` } }), {
      guard: guardFor([silent.port]),
      clock: createManualClock(),
      signal: stopping.signal,
    })
    await waitFor(() => silent.connections > 0, 'the connection')
    stopping.abort(new Error('the process ends'))
    await expect(looked).rejects.toThrow('the process ends')
    await waitFor(() => silent.open === 0, 'the connection to be closed')
  })
})
