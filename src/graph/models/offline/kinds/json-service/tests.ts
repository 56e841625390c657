import type { Resource } from '../../spec.ts'
import type { Has } from '../kind.ts'
import { code } from '../shared/code.ts'
import { quote } from '../shared/quote.ts'
import { TEST_HEAD } from '../shared/test-source.ts'
import { sampleValue } from './fields-source.ts'

const literal = (value: string | number | boolean) =>
  typeof value === 'string' ? quote(value) : String(value)

/** `test/sample.js`: one record, for all tests. */
export const sampleSource = ({ fields }: Resource): string => code`
/** A record with every field. */
export const sample = {
  ${fields.map(({ name, type }) => `${name}: ${literal(sampleValue(name, type))},`).join('\n')}
}
`

const listed = (has: Has) => (has('pagination') ? 'body.records' : 'body')
const WRONG = {
  text: "['x'.repeat(2001), 5, {}]",
  number: "['many', true, {}]",
  boolean: "['maybe', 1, {}]",
  date: "['today', '2030-02-30', 5]",
}

/** `test/records.test.js`. */
export const recordsTestSource = ({ plural, fields }: Resource, has: Has): string => {
  const first = fields[0]?.name
  return code`
${TEST_HEAD}
import { MINUTE, startService } from './helpers.js'
import { sample } from './sample.js'

test('a record is added, read, changed and removed', async (t) => {
  const service = await startService(t)
  const created = await service.api('POST', '/api/${plural}', sample)
  assert.equal(created.status, 201)
  const { id, createdAt, updatedAt, ...fields } = created.body
  assert.deepEqual(fields, sample)
  assert.equal(createdAt, updatedAt)

  service.advance(MINUTE)
  const path = \`/api/${plural}/\${id}\`
  const changed = await service.api('PATCH', path, { ${first}: sample.${first} })
  assert.deepEqual(changed.body, { ...created.body, updatedAt: '2030-01-01T12:01:00.000Z' })
  assert.deepEqual((await service.api('GET', path)).body, changed.body)

  assert.equal((await service.api('DELETE', path)).status, 200)
  assert.equal((await service.api('GET', path)).status, 404)
  assert.equal((await service.api('PATCH', path, sample)).status, 404)
})

test('records are listed in the order in which they came, and survive a restart', async (t) => {
  const service = await startService(t)
  const first = (await service.api('POST', '/api/${plural}', sample)).body
  const second = (await service.api('POST', '/api/${plural}', sample)).body
  await service.restart()
  const { body } = await service.api('GET', '/api/${plural}')
  assert.deepEqual(${listed(has)}, [first, second])
})

test('only the first field must be given', async (t) => {
  const service = await startService(t)
  const { ${first}: given, ...others } = sample
  assert.equal((await service.api('POST', '/api/${plural}', { ${first}: given })).status, 201)
  assert.equal((await service.api('POST', '/api/${plural}', others)).status, 400)
  assert.equal((await service.api('POST', '/api/${plural}', { ...sample, ${first}: null })).status, 400)
})

test('values of the wrong type and unknown fields are refused by name', async (t) => {
  const service = await startService(t)
  const wrong = {
    ${fields.map(({ name, type }) => `${name}: ${WRONG[type]},`).join('\n')}
  }
  for (const [name, values] of Object.entries(wrong))
    for (const value of values) {
      const { status, body } = await service.api('POST', '/api/${plural}', { ...sample, [name]: value })
      assert.equal(status, 400, \`\${name}: \${value}\`)
      assert.ok(body.error.includes(name))
    }
  const { body } = await service.api('POST', '/api/${plural}', { ...sample, constructor: 1 })
  assert.match(body.error, /no field “constructor”/)
})
`
}

/** `test/page.test.js`. */
export const pageTestSource = ({ plural, fields }: Resource, has: Has): string => {
  const textField = fields.find(({ type }) => type === 'text')?.name
  return code`
${TEST_HEAD}
import { startService } from './helpers.js'
import { sample } from './sample.js'

test('a record is added and removed on the page', async (t) => {
  const service = await startService(t)
  assert.equal((await service.form('/${plural}', sample)).status, 303)
  const { body } = await service.api('GET', '/api/${plural}')
  const [record] = ${listed(has)}
  assert.match((await service.page('/')).body, new RegExp(\`/${plural}/\${record.id}/remove\`))
  await service.form(\`/${plural}/\${record.id}/remove\`)
  assert.match((await service.page('/')).body, /No .* here/)
})
${
  textField &&
  code`

test('markup in a text is shown as text', async (t) => {
  const service = await startService(t)
  await service.form('/${plural}', { ...sample, ${textField}: '<script>alert(1)</script>' })
  const { body } = await service.page('/')
  assert.match(body, /&lt;script&gt;/)
  assert.doesNotMatch(body, /<script>/)
})
`
}
`
}

const searchTestSource = ({ plural, fields }: Resource, has: Has): string => {
  const text = fields.find(({ type }) => type === 'text')?.name ?? ''
  return code`
${TEST_HEAD}
import { startService } from './helpers.js'
import { sample } from './sample.js'

test('records are found by a part of a text, in any case and script', async (t) => {
  const service = await startService(t)
  await service.api('POST', '/api/${plural}', { ...sample, ${text}: 'Green tea' })
  await service.api('POST', '/api/${plural}', { ...sample, ${text}: 'Чёрный чай' })
  const found = async (q) => {
    const { body } = await service.api('GET', \`/api/${plural}?q=\${encodeURIComponent(q)}\`)
    return ${listed(has)}.map((record) => record.${text})
  }
  assert.deepEqual(await found('GREEN'), ['Green tea'])
  assert.deepEqual(await found('чай'), ['Чёрный чай'])
  assert.deepEqual(await found('coffee'), [])
  assert.match((await service.page('/?q=green')).body, /value="green"/)
})
`
}

const paginationTestSource = ({ plural }: Resource): string => code`
${TEST_HEAD}
import { startService } from './helpers.js'
import { sample } from './sample.js'

test('fifty records fit on a page', async (t) => {
  const service = await startService(t)
  for (let n = 0; n < 51; n++) await service.api('POST', '/api/${plural}', sample)
  const first = (await service.api('GET', '/api/${plural}')).body
  assert.deepEqual([first.page, first.pages, first.total, first.records.length], [1, 2, 51, 50])
  assert.equal((await service.api('GET', '/api/${plural}?page=2')).body.records.length, 1)
  assert.match((await service.page('/')).body, /Page 1 of 2/)
})

test('a page that makes no sense is refused', async (t) => {
  const service = await startService(t)
  for (const page of ['0', '-1', '1.5', 'x'])
    assert.equal((await service.api('GET', \`/api/${plural}?page=\${page}\`)).status, 400, page)
})
`

const csvTestSource = ({ plural, fields }: Resource): string => {
  const header = ['id', ...fields.map(({ name }) => name), 'createdAt', 'updatedAt'].join(',')
  const text = fields.find(({ type }) => type === 'text')?.name
  return code`
${TEST_HEAD}
import { startService } from './helpers.js'
import { sample } from './sample.js'

test('all records can be downloaded as a table', async (t) => {
  const service = await startService(t)
  const { body: record } = await service.api('POST', '/api/${plural}', sample)
  const { headers, body } = await service.send('GET', '/api/${plural}.csv')
  assert.match(headers.get('content-type'), /^text\/csv/)
  assert.match(headers.get('content-disposition'), /${plural}\.csv/)
  const [header, line, end] = body.split('\r\n')
  assert.equal(header.replace('\uFEFF', ''), '${header}')
  assert.ok(line.startsWith(record.id))
  assert.equal(end, '')
})
${
  text &&
  code`

test('a text with commas and quotes stays one cell, and one like a formula is not run', async (t) => {
  const service = await startService(t)
  await service.api('POST', '/api/${plural}', { ...sample, ${text}: 'say "a, b"' })
  await service.api('POST', '/api/${plural}', { ...sample, ${text}: '=1+1' })
  const { body } = await service.send('GET', '/api/${plural}.csv')
  assert.ok(body.includes('"say ""a, b"""'))
  assert.ok(body.includes("'=1+1"))
})
`
}
`
}

export const featureTests = (resource: Resource, has: Has): [path: string, source: string][] => {
  const tests: [boolean, string, string][] = [
    [
      has('search') && resource.fields.some(({ type }) => type === 'text'),
      'test/search.test.js',
      searchTestSource(resource, has),
    ],
    [has('pagination'), 'test/pagination.test.js', paginationTestSource(resource)],
    [has('csv-export'), 'test/csv.test.js', csvTestSource(resource)],
  ]
  return tests.filter(([wanted]) => wanted).map(([, path, source]) => [path, source])
}
