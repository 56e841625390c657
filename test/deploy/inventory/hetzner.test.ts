import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { MINUTE_MS, SECOND_MS } from '../../../src/clock.ts'
import { createHetznerInventory } from '../../../src/deploy/inventory/hetzner.ts'
import { type FakeHetzner, startHetzner } from '../../fakes/hetzner.ts'
import { createManualClock, type ManualClock } from '../../support/manual-clock.ts'
import { waitFor } from '../../support/wait-for.ts'

let clock: ManualClock
let hetzner: FakeHetzner
beforeEach(async () => {
  clock = createManualClock()
  hetzner = await startHetzner({ now: clock.now })
})
afterEach(() => hetzner[Symbol.asyncDispose]())

const list = (token = hetzner.token, signal = new AbortController().signal) =>
  createHetznerInventory({ token, apiUrl: hetzner.apiUrl, clock }).list(signal)
const nowS = () => Math.floor(clock.now().getTime() / 1000)
const addServers = (count: number) => {
  for (let id = 1; id <= count; id++)
    hetzner.servers.push({ id, name: `web-${id}`, ipv4: `10.0.${id >> 8}.${id & 255}` })
}

describe('a Hetzner Cloud project', () => {
  test('lists its servers with their address, type and place', async () => {
    hetzner.servers.push({ id: 42, name: 'web-1', ipv4: '93.184.216.34', ipv6: '2001:db8:1::/64' })
    expect(await list()).toEqual([
      {
        externalId: '42',
        name: 'web-1',
        address: '93.184.216.34',
        facts: { state: 'running', type: 'cx22', location: 'fsn1' },
      },
    ])
    expect(hetzner.requests).toEqual([{ page: 1, authorization: 'Bearer right-token' }])
  })

  test('lists servers without an IPv4 address by the one they have, or by none', async () => {
    hetzner.servers.push(
      { id: 1, name: 'six', ipv6: '2001:db8:1::/64' },
      { id: 2, name: 'in', private: '10.0.0.2' },
    )
    hetzner.servers.push({ id: 3, name: 'out' })
    expect((await list()).map(({ address }) => address)).toEqual(['2001:db8:1::1', '10.0.0.2', ''])
  })

  test('is read page by page until its end', async () => {
    addServers(120)
    expect(await list()).toHaveLength(120)
    expect(hetzner.requests.map(({ page }) => page)).toEqual([1, 2, 3])
  })

  test('with no servers is an empty list and no error', async () => {
    expect(await list()).toEqual([])
  })
})

describe('a listing is an error and never a part of the truth', () => {
  test.each([500, 502, 503])('when a later page answers %d', async (status) => {
    addServers(60)
    hetzner.faults.push({ kind: 'later', status })
    await expect(list()).rejects.toMatchObject({
      code: 'platform_unavailable',
      message: expect.stringContaining(`${status}`),
    })
    expect(hetzner.requests.map(({ page }) => page)).toEqual([1, 2])
  })

  test('when a server is deleted while it is read', async () => {
    addServers(60)
    hetzner.faults.push({ kind: 'meanwhile', change: () => hetzner.servers.shift() })
    await expect(list()).rejects.toMatchObject({
      code: 'platform_unavailable',
      message: expect.stringContaining('changed its list'),
    })
  })

  test('when the connection breaks, or the answer is something else', async () => {
    addServers(1)
    hetzner.faults.push({ kind: 'reset' })
    await expect(list()).rejects.toMatchObject({ code: 'platform_unavailable' })
    for (const body of ['<html>maintenance</html>', '{"servers":null}', '{"servers":[]}', '[]']) {
      hetzner.faults.push({ kind: 'body', body })
      await expect(list()).rejects.toMatchObject({ code: 'platform_unavailable' })
    }
  })

  test('when nobody answers', async () => {
    hetzner.faults.push({ kind: 'silence' })
    const listed = list()
    listed.catch(() => {})
    await waitFor(() => hetzner.requests.length === 1, 'the request')
    await clock.advance(20 * SECOND_MS)
    await expect(listed).rejects.toMatchObject({ code: 'platform_unavailable' })
  })

  test('when the token is wrong, and that is said as it is', async () => {
    await expect(list('wrong-token')).rejects.toMatchObject({
      code: 'misconfigured',
      message: expect.stringContaining('HCLOUD_TOKEN'),
    })
  })

  test('when whoever asked has to stop', async () => {
    hetzner.faults.push({ kind: 'silence' })
    const stopping = new AbortController()
    const listed = list(hetzner.token, stopping.signal)
    await waitFor(() => hetzner.requests.length === 1, 'the request')
    stopping.abort(new Error('the process ends'))
    await expect(listed).rejects.toThrow('the process ends')
  })
})

describe('the limit of requests', () => {
  test('is waited for before it is hit', async () => {
    addServers(60)
    hetzner.allow(1, nowS() + 30)
    const listed = list()
    await waitFor(() => clock.sleeping === 1 && hetzner.requests.length === 1, 'the wait')
    await clock.advance(29 * SECOND_MS)
    expect(hetzner.requests).toHaveLength(1)
    hetzner.allow(3_600, nowS())
    await clock.advance(SECOND_MS)
    expect(await listed).toHaveLength(60)
    expect(hetzner.requests).toHaveLength(2)
  })

  test('that was hit by somebody else is waited for', async () => {
    addServers(1)
    hetzner.faults.push({ kind: 'limited', resetS: nowS() + 10 })
    const listed = list()
    await waitFor(() => clock.sleeping === 1 && hetzner.requests.length === 1, 'the wait')
    await clock.advance(10 * SECOND_MS)
    expect(await listed).toHaveLength(1)
  })

  test('that is lifted much later is left to the next time', async () => {
    hetzner.faults.push({ kind: 'limited', resetS: nowS() + 3_000 })
    await expect(list()).rejects.toMatchObject({ code: 'rate_limited', retryAfterMs: 50 * MINUTE_MS })
  })
})
