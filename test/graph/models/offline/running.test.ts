import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { type Feature, SERVICE_KINDS, type ServiceKind } from '../../../../src/graph/models/offline/spec.ts'
import { featureSets, type Running, specOf, startService, temporaryFolder } from './workshop.ts'

/** What a person would do with a service first, and what must still be there after a crash. */
const USE: Record<
  ServiceKind,
  { make: (service: Running) => Promise<unknown>; read: string; expected: unknown }
> = {
  'url-shortener': {
    make: async (service) => {
      const { status, body } = await service.call('POST', '/api/links', {
        url: 'https://example.org/a',
        slug: 'kept',
      })
      expect(status).toBe(201)
      expect(body).toMatchObject({
        slug: 'kept',
        url: 'https://example.org/a',
        shortUrl: `${service.url}/kept`,
      })
      expect(await service.call('GET', '/kept')).toMatchObject({
        status: 302,
        location: 'https://example.org/a',
      })
      expect((await service.call('POST', '/api/links', { url: 'javascript:alert(1)' })).status).toBe(400)
    },
    read: '/api/links/kept/stats',
    expected: { slug: 'kept', clicks: 1 },
  },
  todo: {
    make: (service) => service.call('POST', '/api/tasks', { title: 'Buy milk' }),
    read: '/api/tasks',
    expected: [{ title: 'Buy milk', done: false }],
  },
  notes: {
    make: (service) => service.call('POST', '/api/notes', { title: 'Хлеб', text: 'Мука' }),
    read: '/api/notes',
    expected: [{ title: 'Хлеб', text: 'Мука' }],
  },
  guestbook: {
    make: (service) => service.call('POST', '/api/entries', { name: 'Ann', message: 'Hello' }),
    read: '/api/entries',
    expected: [{ name: 'Ann', message: 'Hello' }],
  },
  'status-page': {
    make: (service) => service.call('POST', '/api/components', { name: 'Web', state: 'outage' }),
    read: '/api/status',
    expected: { overall: 'outage', components: [{ name: 'Web' }] },
  },
  'webhook-catcher': {
    make: (service) => service.call('PUT', '/hook/orders?from=shop', { total: 5 }),
    read: '/api/bins/orders/requests',
    expected: [{ method: 'PUT', query: { from: 'shop' }, body: '{"total":5}' }],
  },
  'json-service': {
    make: (service) => service.call('POST', '/api/items', { class: 'A', price: 2.5 }),
    read: '/api/items',
    expected: [{ class: 'A', price: 2.5, in_stock: null }],
  },
}
const USUAL: Partial<Record<ServiceKind, Feature[]>> = { 'url-shortener': ['statistics', 'custom-slugs'] }

describe('a running service', { timeout: 120_000 }, () => {
  test.concurrent.each(SERVICE_KINDS)(
    'of kind %s does its work, keeps it through kill -9, and ends in order on SIGTERM',
    async (kind) => {
      using folder = temporaryFolder()
      const [repository, data] = [join(folder.path, 'repository'), join(folder.path, 'data')]
      const spec = specOf(kind, USUAL[kind] ?? [])
      const { make, read, expected } = USE[kind]

      const first = await startService(spec, repository, data, { VERSION: 'abc123' })
      expect((await first.call('GET', '/healthz')).body).toEqual({
        status: 'ok',
        name: spec.name,
        version: 'abc123',
      })
      const page = await fetch(`${first.url}/`, { headers: { accept: 'text/html' } })
      expect(page.headers.get('content-type')).toMatch(/^text\/html/)
      expect(await page.text()).toContain('mine')
      await make(first)
      expect((await first.call('GET', read)).body).toMatchObject(expected as object)
      expect(await first.stop('SIGKILL')).toBe('SIGKILL')

      const second = await startService(spec, repository, data)
      expect((await second.call('GET', read)).body).toMatchObject(expected as object)
      expect(await second.stop('SIGTERM')).toBe(0)
      expect(second.output()).toContain(`"path":"${read}","status":200`)
      expect(second.output()).not.toMatch(/Error/)
    },
  )

  test.concurrent.each(SERVICE_KINDS)(
    'of kind %s keeps its data when every feature is added later',
    async (kind) => {
      using folder = temporaryFolder()
      const data = join(folder.path, 'data')
      const { make, read, expected } = USE[kind]
      const before = await startService(specOf(kind, USUAL[kind] ?? []), join(folder.path, 'before'), data)
      await make(before)
      await before.stop('SIGTERM')

      const everything = specOf(kind, featureSets(kind).at(-1) ?? [])
      if (everything.resource) everything.resource.fields.push({ name: 'added', type: 'date' })
      const after = await startService(everything, join(folder.path, 'after'), data, { OWNER_KEY: 'the-key' })
      const headers = { authorization: 'Bearer the-key' }
      const kept = (await (await fetch(`${after.url}${read}`, { headers })).json()) as Record<string, unknown>
      expect(
        Array.isArray(expected) && !Array.isArray(kept) ? (kept.entries ?? kept.records) : kept,
      ).toMatchObject(expected as object)
      const page = await fetch(`${after.url}/`, { headers: { ...headers, accept: 'text/html' } })
      expect(page.status).toBe(200)
      await after.stop('SIGTERM')
      expect(after.output()).not.toMatch(/Error/)
    },
  )

  test('that cannot use a setting says which one, and does not start', async () => {
    using folder = temporaryFolder()
    const start = startService(
      specOf('url-shortener', []),
      join(folder.path, 'repository'),
      join(folder.path, 'data'),
      {
        BASE_URL: 'ftp://example.org',
      },
    )
    await expect(start).rejects.toThrow(/BASE_URL must start with http/)
  })
})
