import type { Has } from '../kind.ts'
import { code } from '../shared/code.ts'
import { TEST_HEAD } from '../shared/test-source.ts'

/** `test/requests.test.js`. */
export const requestsTestSource = code`
${TEST_HEAD}
import { startService } from './helpers.js'

test('a request of any method is caught with everything it carried', async (t) => {
  const service = await startService(t)
  const sent = await service.send('PATCH', '/hook/orders/new?source=shop', {
    headers: { 'x-signature': 'abc', 'content-type': 'application/json' },
    body: '{"total": 5}',
  })
  assert.equal(sent.status, 200)
  const { body } = await service.api('GET', '/api/bins/orders/requests')
  assert.equal(body.length, 1)
  assert.equal(body[0].id, sent.body.caught)
  assert.equal(body[0].method, 'PATCH')
  assert.equal(body[0].path, '/hook/orders/new')
  assert.deepEqual(body[0].query, { source: 'shop' })
  assert.equal(body[0].headers['x-signature'], 'abc')
  assert.equal(body[0].body, '{"total": 5}')
  assert.equal(body[0].at, '2030-01-01T12:00:00.000Z')
  assert.deepEqual((await service.api('GET', \`/api/bins/orders/requests/\${body[0].id}\`)).body, body[0])
})

test('bytes that are no text come back as they were', async (t) => {
  const service = await startService(t)
  const bytes = Buffer.from([0xff, 0x00, 0xfe])
  await service.send('POST', '/hook/raw', { body: bytes })
  const { body } = await service.api('GET', '/api/bins/raw/requests')
  assert.deepEqual(Buffer.from(body[0].bodyBase64, 'base64'), bytes)
})

test('bins are listed, keep their requests over a restart, and can be cleared', async (t) => {
  const service = await startService(t)
  await service.send('GET', '/hook/a')
  await service.send('DELETE', '/hook/b')
  await service.send('PUT', '/hook/b')
  await service.restart()
  const { body } = await service.api('GET', '/api/bins')
  assert.deepEqual(
    body.map(({ bin, requests }) => [bin, requests]),
    [
      ['a', 1],
      ['b', 2],
    ],
  )
  const methods = (await service.api('GET', '/api/bins/b/requests')).body.map(({ method }) => method)
  assert.deepEqual(methods, ['PUT', 'DELETE'])

  await service.api('DELETE', '/api/bins/b')
  assert.deepEqual((await service.api('GET', '/api/bins/b/requests')).body, [])
  assert.equal((await service.api('GET', '/api/bins/a/requests')).body.length, 1)
})

test('a webhook may come from another site', async (t) => {
  const service = await startService(t)
  const { status } = await service.send('POST', '/hook/a', { headers: { origin: 'https://other.example' } })
  assert.equal(status, 200)
})

test('a bin with a name that makes no sense is refused', async (t) => {
  const service = await startService(t)
  for (const name of ['..%2Fetc', '%20', 'x'.repeat(41)])
    assert.equal((await service.send('POST', \`/hook/\${name}\`)).status, 400, name)
})

test('a request is looked up in its own bin only', async (t) => {
  const service = await startService(t)
  const { body } = await service.send('POST', '/hook/a')
  assert.equal((await service.api('GET', \`/api/bins/b/requests/\${body.caught}\`)).status, 404)
})
`

/** `test/page.test.js`. */
export const pageTestSource = code`
${TEST_HEAD}
import { startService } from './helpers.js'

test('what was caught is shown as text, and can be cleared', async (t) => {
  const service = await startService(t)
  await service.send('POST', '/hook/forms?x=<b>', { headers: { 'x-note': '<i>' }, body: '<script>alert(1)</script>' })
  assert.match((await service.page('/')).body, /href="\/bins\/forms"/)
  const { body } = await service.page('/bins/forms')
  assert.match(body, /&lt;script&gt;/)
  assert.doesNotMatch(body, /<script>|<b>|<i>/)

  assert.equal((await service.form('/bins/forms/clear')).status, 303)
  assert.match((await service.page('/bins/forms')).body, /Nothing here/)
})
`

const responsesTestSource = code`
${TEST_HEAD}
import { startService } from './helpers.js'

test('a bin answers as its rule says, also after a restart, until it is reset', async (t) => {
  const service = await startService(t)
  const path = '/api/bins/shop/response'
  await service.api('PUT', path, { status: 503, contentType: 'text/plain', body: 'later' })
  await service.restart()
  const answered = await service.send('POST', '/hook/shop', { body: 'x' })
  assert.equal(answered.status, 503)
  assert.equal(answered.headers.get('content-type'), 'text/plain')
  assert.equal(answered.body, 'later')
  assert.equal((await service.api('GET', '/api/bins/shop/requests')).body.length, 1)
  assert.match((await service.page('/bins/shop')).body, /answered with 503/)

  await service.api('DELETE', path)
  assert.deepEqual((await service.api('GET', path)).body, { rule: null })
  assert.equal((await service.send('POST', '/hook/shop')).status, 200)
})

test('a rule that could not be sent is refused', async (t) => {
  const service = await startService(t)
  for (const wrong of [{ status: 99 }, { status: '200' }, { contentType: 'a\r\nb: c' }, { body: 5 }])
    assert.equal((await service.api('PUT', '/api/bins/shop/response', wrong)).status, 400)
})
`

const searchTestSource = code`
${TEST_HEAD}
import { startService } from './helpers.js'

test('requests are found by words in their address, headers or body', async (t) => {
  const service = await startService(t)
  await service.send('POST', '/hook/a/paid', { body: 'Order 17' })
  await service.send('POST', '/hook/a', { headers: { 'x-topic': 'refund' } })
  const found = async (q) => (await service.api('GET', \`/api/bins/a/requests?q=\${q}\`)).body.length
  assert.equal(await found('ORDER'), 1)
  assert.equal(await found('refund'), 1)
  assert.equal(await found('paid'), 1)
  assert.equal(await found('nothing-like-it'), 0)
  assert.equal(await found(''), 2)
  assert.match((await service.page('/bins/a?q=refund')).body, /value="refund"/)
})
`

const retentionTestSource = code`
${TEST_HEAD}
import { readConfig } from '../src/config.js'
import { DAY, startService } from './helpers.js'

test('requests disappear when their days are over', async (t) => {
  const service = await startService(t, { retentionDays: 2 })
  await service.send('POST', '/hook/a', { body: 'old' })
  service.advance(DAY + 1)
  await service.send('POST', '/hook/a', { body: 'new' })
  service.advance(DAY)
  const { body } = await service.api('GET', '/api/bins/a/requests')
  assert.deepEqual(
    body.map((caught) => caught.body),
    ['new'],
  )
  service.advance(DAY + 1)
  assert.deepEqual((await service.api('GET', '/api/bins')).body, [])
})

test('the number of days is a setting', () => {
  assert.equal(readConfig({}).retentionDays, undefined)
  assert.equal(readConfig({ RETENTION_DAYS: '0.5' }).retentionDays, 0.5)
  assert.throws(() => readConfig({ RETENTION_DAYS: 'week' }), /RETENTION_DAYS/)
})
`

export const featureTests = (has: Has): [path: string, source: string][] => {
  const tests: [boolean, string, string][] = [
    [has('response-rules'), 'test/responses.test.js', responsesTestSource],
    [has('search'), 'test/search.test.js', searchTestSource],
    [has('retention'), 'test/retention.test.js', retentionTestSource],
  ]
  return tests.filter(([wanted]) => wanted).map(([, path, source]) => [path, source])
}
