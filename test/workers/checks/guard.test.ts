import { describe, expect, test } from 'vitest'
import { systemClock } from '../../../src/clock.ts'
import type { Guard } from '../../../src/workers/checks/guard.ts'
import { probe } from '../../../src/workers/checks/probe.ts'
import { checkOf, guardFor, socketTarget, webTarget } from './targets.ts'

const look = (guard: Guard, url: string) =>
  probe(checkOf({ target: { url } }), {
    guard,
    clock: systemClock,
    signal: new AbortController().signal,
  })

describe('no check may look at', () => {
  test.each([
    ['the metadata of a cloud', '169.254.169.254', 'link-local'],
    ['a link-local address', '169.254.0.1', 'link-local'],
    ['the metadata of Alibaba', '100.100.100.200', 'metadata'],
    ['the metadata of Azure', '168.63.129.16', 'metadata'],
    ['a link-local address of IPv6', 'fe80::1', 'link-local'],
    ['the metadata of AWS by IPv6', 'fd00:ec2::254', 'metadata'],
    ['the metadata of a cloud, written as IPv6', '::ffff:169.254.169.254', 'link-local'],
    ['the metadata of a cloud, through NAT64', '64:ff9b::a9fe:a9fe', 'link-local'],
    ['the metadata of a cloud, through 6to4', '2002:a9fe:a9fe::1', 'link-local'],
    ['a multicast address', '224.0.0.1', 'multicast'],
    ['everybody', '255.255.255.255', 'reserved'],
    ['a port of this machine that is no service', '127.0.0.1', 'belongs to no service'],
    ['the rest of loopback', '127.8.8.8', 'belongs to no service'],
    ['loopback of IPv6', '::1', 'belongs to no service'],
    ['loopback, written as IPv6', '::ffff:127.0.0.1', 'belongs to no service'],
    ['here, by no address at all', '0.0.0.0', 'belongs to no service'],
    ['here, by no address of IPv6', '::', 'belongs to no service'],
  ])('%s', async (_what, address, why) => {
    const guard = guardFor([8001], { names: { 'evil.example': ['93.184.216.34', address] } })
    await expect(guard.admit(address, 80)).rejects.toThrow(why)
    await expect(guard.admit('evil.example', 80), 'behind a good address of the same name').rejects.toThrow(
      why,
    )
  })

  test.each([
    'http://2852039166/',
    'http://0xa9fea9fe/',
    'http://0251.0376.0251.0376/',
    'http://169.254.43518/',
    'http://[::ffff:a9fe:a9fe]/',
  ])('the metadata of a cloud in disguise: %s', async (url) => {
    expect(await look(guardFor([]), url)).toMatchObject({
      ok: false,
      reason: expect.stringMatching(/^refused: .*link-local/),
    })
  })

  test("prorab's own database and Redis, by whatever address", async () => {
    const guard = guardFor([5432, 8001], {
      names: { 'db.internal': ['10.0.0.5'], 'other-name': ['10.0.0.5'], localhost: ['127.0.0.1'] },
      ownAddresses: () => ['192.168.1.7'],
      ownEndpoints: [
        { host: 'db.internal', port: 5432, what: "prorab's own database" },
        { host: 'localhost', port: 6379, what: "prorab's own Redis" },
        { host: 'gone.internal', port: 1, what: 'nothing' },
      ],
    })
    await expect(guard.admit('10.0.0.5', 5432)).rejects.toThrow(
      "refused: 10.0.0.5:5432 is prorab's own database",
    )
    await expect(guard.admit('other-name', 5432)).rejects.toThrow("prorab's own database")
    await expect(guard.admit('192.168.1.7', 6379)).rejects.toThrow("prorab's own Redis")
    expect(await guard.admit('10.0.0.5', 80)).toMatchObject({ addresses: ['10.0.0.5'], isHere: false })
    expect(await guard.admit('127.0.0.1', 8001)).toMatchObject({ isHere: true })
  })
})

test('servers of private networks may be looked at', async () => {
  const guard = guardFor([])
  for (const address of ['10.1.2.3', '192.168.0.10', '172.16.0.1', 'fd12:3456::1', '93.184.216.34'])
    expect(await guard.admit(address, 22)).toEqual({ addresses: [address], isHere: false })
})

describe('a redirect', () => {
  test('to the metadata of a cloud is refused, after however many hops', async () => {
    let hops = 0
    await using web = await webTarget((_, answer) => {
      hops += 1
      const location = hops < 3 ? `/${hops}` : 'http://169.254.169.254/latest/meta-data/'
      answer.writeHead(302, { location }).end()
    })
    expect(await look(guardFor([web.port]), `http://127.0.0.1:${web.port}/`)).toMatchObject({
      ok: false,
      reason: 'refused: 169.254.169.254 is a link-local address, where cloud metadata lives',
    })
    expect(hops).toBe(3)
  })

  test("to prorab's own database is refused, and nobody connects to it", async () => {
    await using database = await socketTarget(() => {})
    await using web = await webTarget((_, answer) =>
      answer.writeHead(307, { location: `http://localhost:${database.port}/` }).end(),
    )
    const guard = guardFor([web.port, database.port], {
      names: { localhost: ['127.0.0.1'] },
      ownEndpoints: [{ host: '127.0.0.1', port: database.port, what: "prorab's own database" }],
    })
    expect(await look(guard, `http://127.0.0.1:${web.port}/`)).toMatchObject({
      ok: false,
      reason: `refused: 127.0.0.1:${database.port} is prorab's own database`,
    })
    expect(database.connections).toBe(0)
  })

  test('from another machine to a service of this one is refused, and nobody asks it', async () => {
    let asked = 0
    await using service = await webTarget((_, answer) => {
      asked += 1
      answer.end('internal')
    })
    await using web = await webTarget((_, answer) =>
      answer.writeHead(302, { location: `http://127.0.0.1:${service.port}/admin` }).end(),
    )
    const inner = guardFor([service.port])
    const guard: Guard = {
      // It stands for another machine, though it listens here.
      admit: async (host, port, options) =>
        host === 'elsewhere.example'
          ? { addresses: ['127.0.0.1'], isHere: false }
          : inner.admit(host, port, options),
    }
    expect(await look(guard, `http://elsewhere.example:${web.port}/`)).toMatchObject({
      ok: false,
      reason: 'refused: another machine redirected to this one',
    })
    expect(asked).toBe(0)
  })

  test('within this machine is followed to the ports of its services', async () => {
    const guard = guardFor([8001])
    await expect(guard.admit('127.0.0.1', 8001, { from: 'outside' })).rejects.toThrow('another machine')
    expect(await guard.admit('127.0.0.1', 8001)).toMatchObject({ isHere: true })
  })
})

test('a name that changes its address between the check and the connection is connected to as it was checked', async () => {
  await using good = await webTarget((_, answer) => answer.end('good'))
  await using forbidden = await webTarget((_, answer) => answer.end('secret'))
  let asked = 0
  const guard = guardFor([good.port], {})
  const fickle: Guard = {
    admit: async (host, port) => {
      asked += 1
      // Whoever asked the real DNS again would find nothing by this name, or something else.
      const answers = asked === 1 ? ['127.0.0.1'] : ['169.254.169.254']
      return guardFor([good.port], { names: { [host]: answers } }).admit(host, port)
    },
  }
  expect(await look(fickle, `http://rebinding.example:${good.port}/`)).toMatchObject({ ok: true })
  expect(asked).toBe(1)
  expect(good.connections).toBe(1)
  expect(forbidden.connections).toBe(0)
  expect(await look(fickle, `http://rebinding.example:${good.port}/`)).toMatchObject({
    ok: false,
    reason: expect.stringContaining('refused'),
  })
  await expect(guard.admit('rebinding.example', 80)).rejects.toThrow('no rebinding.example')
})

test('of several addresses the one that answers is enough, as long as none is forbidden', async () => {
  await using web = await webTarget((_, answer) => answer.end('ok'))
  const guard = guardFor([web.port], { names: { 'two.example': ['127.0.0.9', '127.0.0.1'] } })
  expect(await look(guard, `http://two.example:${web.port}/`)).toMatchObject({ ok: true })
})
