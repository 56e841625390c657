import type { Has } from '../kind.ts'
import { code } from '../shared/code.ts'
import { TEST_HEAD } from '../shared/test-source.ts'

/** `test/links.test.js`. */
export const linksTestSource = code`
${TEST_HEAD}
import { startService } from './helpers.js'

test('a short link redirects to the long address', async (t) => {
  const service = await startService(t)
  const created = await service.api('POST', '/api/links', { url: 'https://example.org/a?b=c#d' })
  assert.equal(created.status, 201)
  assert.equal(created.body.url, 'https://example.org/a?b=c#d')
  assert.match(created.body.shortUrl, new RegExp(\`^http://127\\.0\\.0\\.1:\\d+/\${created.body.slug}$\`))

  const followed = await service.page(\`/\${created.body.slug}\`)
  assert.equal(followed.status, 302)
  assert.equal(followed.headers.get('location'), 'https://example.org/a?b=c#d')
})

test('only http and https addresses of a sensible length are accepted', async (t) => {
  const service = await startService(t)
  const refused = ['', '  ', 'example.org', 'javascript:alert(1)', 'file:///etc/passwd', 'http://', 7]
  for (const url of [...refused, undefined, \`https://example.org/\${'x'.repeat(2048)}\`]) {
    const { status, body } = await service.api('POST', '/api/links', { url })
    assert.equal(status, 400, String(url))
    assert.ok(body.error)
  }
  assert.deepEqual((await service.api('GET', '/api/links')).body, [])
})

test('an address cannot smuggle headers into the redirect', async (t) => {
  const service = await startService(t)
  const { body } = await service.api('POST', '/api/links', { url: 'https://example.org/\r\nset-cookie: a=b' })
  const { headers } = await service.page(\`/\${body.slug}\`)
  assert.equal(headers.get('set-cookie'), null)
})

test('links are listed newest first, and survive a restart', async (t) => {
  const service = await startService(t)
  await service.api('POST', '/api/links', { url: 'https://example.org/first' })
  await service.api('POST', '/api/links', { url: 'https://example.org/second' })
  await service.restart()
  const { body } = await service.api('GET', '/api/links')
  assert.deepEqual(
    body.map(({ url }) => url),
    ['https://example.org/second', 'https://example.org/first'],
  )
})

test('a link that does not exist is not found', async (t) => {
  const service = await startService(t)
  assert.equal((await service.page('/nothing')).status, 404)
  assert.equal((await service.api('GET', '/api/links/__proto__')).status, 404)
})

test('the short address starts with BASE_URL when it is set', async (t) => {
  const service = await startService(t, { baseUrl: 'https://s.example' })
  const { body } = await service.api('POST', '/api/links', { url: 'https://example.org/' })
  assert.equal(body.shortUrl, \`https://s.example/\${body.slug}\`)
})
`

/** `test/custom-slugs.test.js`. */
export const customSlugsTestSource = code`
${TEST_HEAD}
import { startService } from './helpers.js'

const url = 'https://example.org/'

test('a link can be given its own slug', async (t) => {
  const service = await startService(t)
  const { status, body } = await service.api('POST', '/api/links', { url, slug: 'summer-sale' })
  assert.equal(status, 201)
  assert.equal(body.slug, 'summer-sale')
  assert.equal((await service.page('/summer-sale')).headers.get('location'), url)
})

test('a slug that is taken is refused, and keeps leading where it led', async (t) => {
  const service = await startService(t)
  await service.api('POST', '/api/links', { url, slug: 'offer' })
  const { status } = await service.api('POST', '/api/links', { url: 'https://example.com/', slug: 'offer' })
  assert.equal(status, 409)
  assert.equal((await service.page('/offer')).headers.get('location'), url)
})

test('a slug that could not be reached is refused', async (t) => {
  const service = await startService(t)
  for (const slug of ['ab', 'a/b', '../x', 'a b', 'x'.repeat(41), 'имя', 5])
    assert.equal((await service.api('POST', '/api/links', { url, slug })).status, 400, String(slug))
  for (const slug of ['api', 'healthz', 'links'])
    assert.equal((await service.api('POST', '/api/links', { url, slug })).status, 409, slug)
})
`

/** `test/expiry.test.js`. */
export const expiryTestSource = (has: Has): string => code`
${TEST_HEAD}
import { DAY, startService } from './helpers.js'

const url = 'https://example.org/'

test('a link leads on until its last moment, and is gone after it', async (t) => {
  const service = await startService(t)
  const { body } = await service.api('POST', '/api/links', { url, expiresInDays: 2 })
  assert.equal(body.expiresAt, '2030-01-03T12:00:00.000Z')
  service.advance(2 * DAY - 1)
  assert.equal((await service.page(\`/\${body.slug}\`)).status, 302)
  service.advance(1)
  const gone = await service.page(\`/\${body.slug}\`)
  assert.equal(gone.status, 410)
  assert.match(gone.body, /expired/)
})

test('the end can be given as a moment', async (t) => {
  const service = await startService(t)
  const { body } = await service.api('POST', '/api/links', { url, expiresAt: '2030-01-01T15:00:00+02:00' })
  assert.equal(body.expiresAt, '2030-01-01T13:00:00.000Z')
})

test('a link without an end never expires', async (t) => {
  const service = await startService(t)
  const { body } = await service.api('POST', '/api/links', { url })
  assert.equal(body.expiresAt, null)
  service.advance(5000 * DAY)
  assert.equal((await service.page(\`/\${body.slug}\`)).status, 302)
})

test('an end that makes no sense is refused', async (t) => {
  const service = await startService(t)
  for (const wrong of [{ expiresInDays: -1 }, { expiresInDays: 'soon' }, { expiresInDays: 99999 }])
    assert.equal((await service.api('POST', '/api/links', { url, ...wrong })).status, 400)
  for (const expiresAt of ['tomorrow', '2029-12-31T00:00:00Z'])
    assert.equal((await service.api('POST', '/api/links', { url, expiresAt })).status, 400)
})
${
  has('statistics') &&
  code`

test('following an expired link is not a click', async (t) => {
  const service = await startService(t)
  const { body } = await service.api('POST', '/api/links', { url, expiresInDays: 1 })
  service.advance(DAY)
  await service.page(\`/\${body.slug}\`)
  assert.equal((await service.api('GET', \`/api/links/\${body.slug}/stats\`)).body.clicks, 0)
})
`
}
`

/** `test/link-removal.test.js`. */
export const removalTestSource = (has: Has): string => code`
${TEST_HEAD}
import { startService } from './helpers.js'

const url = 'https://example.org/'

test('a removed link leads nowhere, also after a restart', async (t) => {
  const service = await startService(t)
  const { body } = await service.api('POST', '/api/links', { url })
  assert.equal((await service.api('DELETE', \`/api/links/\${body.slug}\`)).status, 200)
  await service.restart()
  assert.equal((await service.page(\`/\${body.slug}\`)).status, 404)
  assert.equal((await service.api('DELETE', \`/api/links/\${body.slug}\`)).status, 404)
})

test('a link can be removed from the page', async (t) => {
  const service = await startService(t)
  const { body } = await service.api('POST', '/api/links', { url })
  assert.equal((await service.form(\`/links/\${body.slug}/remove\`)).status, 303)
  assert.deepEqual((await service.api('GET', '/api/links')).body, [])
})
${
  has('statistics') &&
  has('custom-slugs') &&
  code`

test('a slug that is used again starts without clicks', async (t) => {
  const service = await startService(t)
  await service.api('POST', '/api/links', { url, slug: 'again' })
  await service.page('/again')
  await service.api('DELETE', '/api/links/again')
  const { body } = await service.api('POST', '/api/links', { url, slug: 'again' })
  assert.equal(body.clicks, 0)
})
`
}
`

/** `test/page.test.js`. */
export const pageTestSource = (has: Has): string => code`
${TEST_HEAD}
import { startService } from './helpers.js'

test('a link made on the page is shown there', async (t) => {
  const service = await startService(t)
  const sent = await service.form('/links', { url: 'https://example.org/offer'${
    has('custom-slugs') && ", slug: ''"
  }${has('expiry') && ", expiresInDays: ''"} })
  assert.equal(sent.status, 303)
  const { status, body } = await service.page('/')
  assert.equal(status, 200)
  assert.match(body, /https:\/\/example\.org\/offer/)
})

test('a wrong address is explained on a page', async (t) => {
  const service = await startService(t)
  const { status, body } = await service.send('POST', '/links', {
    headers: { accept: 'text/html' },
    body: new URLSearchParams({ url: 'javascript:alert(1)' }),
  })
  assert.equal(status, 400)
  assert.match(body, /must start with http/)
})

test('markup in an address is shown as text', async (t) => {
  const service = await startService(t)
  await service.form('/links', { url: "https://example.org/?q='><script>alert(1)</script>" })
  const { body } = await service.page('/')
  assert.doesNotMatch(body, /<script>/)
})
`
