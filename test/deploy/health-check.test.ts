import { describe, expect, test } from 'vitest'
import { healthCheck } from '../../src/deploy/health-check.ts'
import { createManualClock } from '../support/manual-clock.ts'

const options = { url: 'http://127.0.0.1:1', version: 'v2', timeoutMs: 1000, attempts: 3 }

/** Answers the requests one after the other; the last answer stays. */
const service = (...answers: (() => Response | Promise<Response>)[]) => {
  const asked: string[] = []
  const fetch = async (url: unknown) => {
    asked.push(String(url))
    const answer = answers.length > 1 ? answers.shift() : answers[0]
    if (!answer) throw new Error('no answer')
    return answer()
  }
  return { asked, fetch: fetch as typeof globalThis.fetch }
}

const check = async (fake: ReturnType<typeof service>, more = {}) => {
  const clock = createManualClock()
  const result = healthCheck({ ...options, ...more }, { clock, fetch: fake.fetch })
  await clock.advance(10_000)
  return result
}

const refused = () => Promise.reject(new TypeError('fetch failed', { cause: new Error('ECONNREFUSED') }))
const version = (name: string) => () => Response.json({ version: name })

describe('a service is healthy', () => {
  test('once it answers with its version, also after it was not there at first', async () => {
    const fake = service(refused, () => new Response('', { status: 503 }), version('v2'))
    expect(await check(fake)).toEqual({ ok: true })
    expect(fake.asked).toEqual(Array(3).fill('http://127.0.0.1:1/healthz'))
  })
})

describe('a service is not healthy', () => {
  test.each([
    ['that is not there', refused, 'did not answer: ECONNREFUSED'],
    ['that answers an error', () => new Response('', { status: 500 }), 'answered 500'],
    ['that is an old process on the same port', version('v1'), 'answered version v1 instead of v2'],
    ['that answers no version', () => new Response('ok'), 'answered no version'],
    ['that answers something else than an object', () => Response.json(null), 'answered no version'],
    [
      'that does not answer',
      () => Promise.reject(Object.assign(new Error(), { name: 'TimeoutError' })),
      'did not answer within 1000 ms',
    ],
  ])('%s', async (_, answer, reason) => {
    const fake = service(answer)
    expect(await check(fake)).toEqual({ ok: false, reason: `/healthz ${reason}` })
    expect(fake.asked).toHaveLength(3)
  })

  test('when whoever started it knows better, without waiting on', async () => {
    const fake = service(refused)
    expect(await check(fake, { giveUp: async () => 'it keeps ending' })).toEqual({
      ok: false,
      reason: 'it keeps ending',
    })
    expect(fake.asked).toHaveLength(1)
  })
})
