import type { Has } from '../kind.ts'
import { code } from '../shared/code.ts'
import { TEST_HEAD } from '../shared/test-source.ts'

/** `test/notes.test.js`. */
export const notesTestSource = code`
${TEST_HEAD}
import { MINUTE, startService } from './helpers.js'

const note = { title: 'Bread', text: 'Flour, water, salt.\n\nWait a day.' }

test('a note is written, changed, and removed', async (t) => {
  const service = await startService(t)
  const created = await service.api('POST', '/api/notes', note)
  assert.equal(created.status, 201)
  assert.equal(created.body.text, note.text)

  service.advance(MINUTE)
  const path = \`/api/notes/\${created.body.id}\`
  const changed = await service.api('PATCH', path, { title: 'Rye bread' })
  assert.equal(changed.body.title, 'Rye bread')
  assert.equal(changed.body.text, note.text)
  assert.equal(changed.body.createdAt, '2030-01-01T12:00:00.000Z')
  assert.equal(changed.body.updatedAt, '2030-01-01T12:01:00.000Z')

  assert.equal((await service.api('DELETE', path)).status, 200)
  assert.equal((await service.api('GET', path)).status, 404)
})

test('the note that was changed last is on top, and everything survives a restart', async (t) => {
  const service = await startService(t)
  const first = (await service.api('POST', '/api/notes', { title: 'first', text: '1' })).body
  service.advance(MINUTE)
  await service.api('POST', '/api/notes', { title: 'second', text: '2' })
  service.advance(MINUTE)
  await service.api('PATCH', \`/api/notes/\${first.id}\`, { text: 'one' })
  await service.restart()
  const { body } = await service.api('GET', '/api/notes')
  assert.deepEqual(
    body.map(({ title, text }) => [title, text]),
    [
      ['first', 'one'],
      ['second', '2'],
    ],
  )
})

test('a note needs a title and a text of sensible length', async (t) => {
  const service = await startService(t)
  const tooLong = [{ title: 'x'.repeat(201) }, { text: 'x'.repeat(10_001) }]
  for (const wrong of [{ title: '' }, { text: ' \n ' }, { title: 5 }, ...tooLong])
    assert.equal((await service.api('POST', '/api/notes', { ...note, ...wrong })).status, 400)
})
`

/** `test/page.test.js`. */
export const pageTestSource = code`
${TEST_HEAD}
import { startService } from './helpers.js'

test('a note is written, changed and removed on the page', async (t) => {
  const service = await startService(t)
  const written = await service.form('/notes', { title: 'Plan', text: 'Rest' })
  const path = written.headers.get('location')
  assert.match((await service.page(path)).body, /Rest/)

  await service.form(path, { title: 'Plan', text: 'Rest more' })
  assert.match((await service.page('/')).body, /Rest more/)
  await service.form(\`\${path}/remove\`)
  assert.doesNotMatch((await service.page('/')).body, /Rest/)
})

test('markup in a note is shown as text, also inside its form', async (t) => {
  const service = await startService(t)
  const text = '</textarea><script>alert(1)</script>'
  const { headers } = await service.form('/notes', { title: '"><b>', text })
  for (const path of ['/', headers.get('location')]) {
    const { body } = await service.page(path)
    assert.doesNotMatch(body, /<script>|"><b>/)
  }
})
`

const tagsTestSource = code`
${TEST_HEAD}
import { startService } from './helpers.js'

test('notes are found by tag, however the tag was written', async (t) => {
  const service = await startService(t)
  await service.api('POST', '/api/notes', { title: 'Soup', text: 'Hot', tags: ['Food', 'winter'] })
  await service.form('/notes', { title: 'Salad', text: 'Cold', tags: 'food, summer' })
  const titles = async (tag) => (await service.api('GET', \`/api/notes?tag=\${tag}\`)).body.map(({ title }) => title)
  assert.deepEqual((await titles('FOOD')).sort(), ['Salad', 'Soup'])
  assert.deepEqual(await titles('winter'), ['Soup'])
  assert.doesNotMatch((await service.page('/?tag=summer')).body, /Soup/)
})

test('changing the text of a note keeps its tags', async (t) => {
  const service = await startService(t)
  const { body } = await service.api('POST', '/api/notes', { title: 'Soup', text: 'Hot', tags: ['food'] })
  const changed = await service.api('PATCH', \`/api/notes/\${body.id}\`, { text: 'Hotter' })
  assert.deepEqual(changed.body.tags, ['food'])
})
`

const searchTestSource = code`
${TEST_HEAD}
import { startService } from './helpers.js'

test('notes are found by words of their title or text, in any case and script', async (t) => {
  const service = await startService(t)
  await service.api('POST', '/api/notes', { title: 'Bread', text: 'Мука и вода' })
  await service.api('POST', '/api/notes', { title: 'Soup', text: 'Water' })
  const found = async (q) => (await service.api('GET', \`/api/notes?q=\${encodeURIComponent(q)}\`)).body.length
  assert.equal(await found('BREAD'), 1)
  assert.equal(await found('мука'), 1)
  assert.equal(await found('butter'), 0)
  assert.equal(await found(''), 2)
})
`

const pinningTestSource = code`
${TEST_HEAD}
import { MINUTE, startService } from './helpers.js'

test('a pinned note stays on top until it is unpinned', async (t) => {
  const service = await startService(t)
  const old = (await service.api('POST', '/api/notes', { title: 'old', text: '1' })).body
  service.advance(MINUTE)
  await service.api('POST', '/api/notes', { title: 'new', text: '2' })
  const titles = async () => (await service.api('GET', '/api/notes')).body.map(({ title }) => title)

  const path = \`/api/notes/\${old.id}/pinned\`
  await service.api('PUT', path, { pinned: true })
  assert.deepEqual(await titles(), ['old', 'new'])
  await service.form(\`/notes/\${old.id}/pin\`)
  assert.deepEqual(await titles(), ['new', 'old'])
  assert.equal((await service.api('PUT', path, { pinned: 'yes' })).status, 400)
})
`

const archiveTestSource = code`
${TEST_HEAD}
import { startService } from './helpers.js'

test('an archived note is out of sight, and can be brought back', async (t) => {
  const service = await startService(t)
  const { body: note } = await service.api('POST', '/api/notes', { title: 'Old plan', text: 'x' })
  await service.api('PUT', \`/api/notes/\${note.id}/archived\`, { archived: true })
  assert.deepEqual((await service.api('GET', '/api/notes')).body, [])
  assert.equal((await service.api('GET', '/api/notes?archived=true')).body.length, 1)
  assert.match((await service.page('/?archived=true')).body, /Old plan/)

  await service.form(\`/notes/\${note.id}/archive\`)
  assert.match((await service.page('/')).body, /Old plan/)
})
`

export const featureTests = (has: Has): [path: string, source: string][] => {
  const tests: [boolean, string, string][] = [
    [has('tags'), 'test/tags.test.js', tagsTestSource],
    [has('search'), 'test/search.test.js', searchTestSource],
    [has('pinning'), 'test/pinning.test.js', pinningTestSource],
    [has('archive'), 'test/archive.test.js', archiveTestSource],
  ]
  return tests.filter(([wanted]) => wanted).map(([, path, source]) => [path, source])
}
