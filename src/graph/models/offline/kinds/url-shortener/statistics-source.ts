import type { Has } from '../kind.ts'
import { code } from '../shared/code.ts'

/** `src/statistics.js`: how often links are followed. */
export const statisticsSource = (has: Has): string => code`
/** Clicks per link and day. A day's count is one entry of the store, so the file stays small. */
export function createStatistics({ store, now }) {
  const bySlug = new Map()
  for (const day of store.values()) remember(bySlug, day)

  return {
    count(slug) {
      const at = now().toISOString()
      const date = at.slice(0, 10)
      const clicks = (bySlug.get(slug)?.get(date)?.clicks ?? 0) + 1
      const day = { slug, date, clicks, lastClickAt: at }
      store.put(\`\${slug} \${date}\`, day)
      remember(bySlug, day)
    },

    of(slug) {
      const days = [...(bySlug.get(slug)?.values() ?? [])]
      return {
        clicks: days.reduce((sum, day) => sum + day.clicks, 0),
        lastClickAt: days.at(-1)?.lastClickAt ?? null,
        daily: days.map(({ date, clicks }) => ({ date, clicks })),
      }
    },

    ${
      has('link-removal') &&
      code`
/** A slug that is used again must not inherit the clicks of its predecessor. */
forget(slug) {
  for (const date of bySlug.get(slug)?.keys() ?? []) store.delete(\`\${slug} \${date}\`)
  bySlug.delete(slug)
},
`
    }
  }
}

function remember(bySlug, day) {
  if (!bySlug.has(day.slug)) bySlug.set(day.slug, new Map())
  bySlug.get(day.slug).set(day.date, day)
}
`

/** `test/statistics.test.js`. */
export const statisticsTestSource = code`
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DAY, startService } from './helpers.js'

const addLink = async (service) => {
  const { body } = await service.api('POST', '/api/links', { url: 'https://example.org/' })
  return body
}

test('a new link has no clicks', async (t) => {
  const service = await startService(t)
  const { slug } = await addLink(service)
  const { body } = await service.api('GET', \`/api/links/\${slug}/stats\`)
  assert.deepEqual(body, { slug, clicks: 0, lastClickAt: null, daily: [] })
})

test('every redirect counts, on its own day', async (t) => {
  const service = await startService(t)
  const { slug } = await addLink(service)
  await service.page(\`/\${slug}\`)
  await service.page(\`/\${slug}\`)
  service.advance(DAY)
  await service.page(\`/\${slug}\`)

  const { body } = await service.api('GET', \`/api/links/\${slug}/stats\`)
  assert.equal(body.clicks, 3)
  assert.equal(body.lastClickAt, '2030-01-02T12:00:00.000Z')
  assert.deepEqual(body.daily, [
    { date: '2030-01-01', clicks: 2 },
    { date: '2030-01-02', clicks: 1 },
  ])
})

test('a program that only asks where a link leads is not a click', async (t) => {
  const service = await startService(t)
  const { slug } = await addLink(service)
  const { status } = await service.send('HEAD', \`/\${slug}\`)
  assert.equal(status, 302)
  const { body } = await service.api('GET', \`/api/links/\${slug}/stats\`)
  assert.equal(body.clicks, 0)
})

test('clicks survive a restart and go on from there', async (t) => {
  const service = await startService(t)
  const { slug } = await addLink(service)
  await service.page(\`/\${slug}\`)
  await service.restart()
  await service.page(\`/\${slug}\`)
  const { body } = await service.api('GET', '/api/links')
  assert.equal(body[0].clicks, 2)
})

test('there are no statistics of a link that does not exist', async (t) => {
  const service = await startService(t)
  const { status } = await service.api('GET', '/api/links/nothing/stats')
  assert.equal(status, 404)
})
`
