import type { Has } from '../kind.ts'
import { code } from '../shared/code.ts'
import { TEST_HEAD } from '../shared/test-source.ts'

/** Where entries are in an answer, and how one becomes visible, depends on the features. */
const list = (has: Has) => (has('pagination') ? 'body.entries' : 'body')
const sign = (has: Has): string => code`
const sign = async (service, name, message = 'Hello') => {
  const { body } = await service.api('POST', '/api/entries', { name, message })
  ${has('moderation') && code`await service.api('POST', \`/api/entries/\${body.id}/approve\`)`}
  return body
}
`

/** `test/entries.test.js`. */
export const entriesTestSource = (has: Has): string => code`
${TEST_HEAD}
import { startService } from './helpers.js'

${sign(has)}

test('entries are shown with the newest first, and survive a restart', async (t) => {
  const service = await startService(t)
  await sign(service, 'Ann', 'First!')
  await sign(service, 'Bob', 'Second\nwith two lines')
  await service.restart()
  const { body } = await service.api('GET', '/api/entries')
  assert.deepEqual(
    ${list(has)}.map(({ name, message, at }) => [name, message, at]),
    [
      ['Bob', 'Second\nwith two lines', '2030-01-01T12:00:00.000Z'],
      ['Ann', 'First!', '2030-01-01T12:00:00.000Z'],
    ],
  )
})

test('an entry needs a name and a message of sensible length', async (t) => {
  const service = await startService(t)
  const entry = { name: 'Ann', message: 'Hello' }
  const tooLong = [{ name: 'x'.repeat(81) }, { message: 'x'.repeat(2001) }]
  for (const wrong of [{ name: '' }, { message: '  ' }, { name: 7 }, ...tooLong])
    assert.equal((await service.api('POST', '/api/entries', { ...entry, ...wrong })).status, 400)
})

test('an entry can be looked up, and an unknown one is not found', async (t) => {
  const service = await startService(t)
  const { id } = await sign(service, 'Ann')
  assert.equal((await service.api('GET', \`/api/entries/\${id}\`)).body.name, 'Ann')
  assert.equal((await service.api('GET', '/api/entries/nothing')).status, 404)
})
`

/** `test/page.test.js`. */
export const pageTestSource = (has: Has): string => code`
${TEST_HEAD}
import { startService } from './helpers.js'

test('a visitor signs on the page${has('moderation') && ' and is told that the entry waits'}', async (t) => {
  const service = await startService(t)
  const { status${has('moderation') && ', body'} } = await service.form('/entries', { name: 'Ann', message: 'Nice garden' })
  assert.equal(status, ${has('moderation') ? '200' : '303'})
  ${has('moderation') ? 'assert.match(body, /once it is approved/)' : "assert.match((await service.page('/')).body, /Nice garden/)"}
})

test('markup in a name or message is shown as text', async (t) => {
  const service = await startService(t)
  await service.form('/entries', { name: '<b>x</b>', message: '<img src=x onerror=alert(1)>' })
  const { body } = await service.page('/${has('moderation') && 'moderation'}')
  assert.doesNotMatch(body, /<img|<b>/)
  assert.match(body, /&lt;img/)
})
`

const moderationTestSource = (has: Has): string => code`
${TEST_HEAD}
import { startService } from './helpers.js'

const anonymous = { authorization: '' }

test('an entry is seen by nobody but the owner until it is approved', async (t) => {
  const service = await startService(t)
  const { body: entry } = await service.api('POST', '/api/entries', { name: 'Ann', message: 'Hello' })
  const seen = async () => {
    const { body } = await service.api('GET', '/api/entries')
    return ${list(has)}.length
  }
  assert.equal(await seen(), 0)
  assert.equal((await service.api('GET', \`/api/entries/\${entry.id}\`)).status, 404)
  assert.equal((await service.api('GET', '/api/waiting')).body.length, 1)

  await service.form(\`/entries/\${entry.id}/approve\`)
  assert.equal(await seen(), 1)
  assert.deepEqual((await service.api('GET', '/api/waiting')).body, [])
})

test('only the owner sees what waits, approves and removes', async (t) => {
  const service = await startService(t)
  const { body: entry } = await service.api('POST', '/api/entries', { name: 'Ann', message: 'Hello' })
  for (const [method, path] of [
    ['GET', '/moderation'],
    ['GET', '/api/waiting'],
    ['POST', \`/api/entries/\${entry.id}/approve\`],
    ['DELETE', \`/api/entries/\${entry.id}\`],
  ])
    assert.equal((await service.send(method, path, { headers: anonymous })).status, 401, path)
})

test('a refused entry is gone', async (t) => {
  const service = await startService(t)
  const { body: entry } = await service.api('POST', '/api/entries', { name: 'Spam', message: 'Buy now' })
  await service.form(\`/entries/\${entry.id}/remove\`)
  assert.deepEqual((await service.api('GET', '/api/waiting')).body, [])
})
`

const repliesTestSource = (has: Has): string => code`
${TEST_HEAD}
import { startService } from './helpers.js'

${sign(has)}

test('the owner replies, changes the reply, and takes it back', async (t) => {
  const service = await startService(t)
  const { id } = await sign(service, 'Ann')
  const path = \`/api/entries/\${id}\`
  await service.api('PUT', \`\${path}/reply\`, { text: 'Thanks!' })
  assert.equal((await service.api('GET', path)).body.reply.text, 'Thanks!')
  assert.match((await service.page('/')).body, /<blockquote class="text">Thanks!/)

  await service.form(\`/entries/\${id}/reply\`, { text: '' })
  assert.equal((await service.api('GET', path)).body.reply, null)
})

test('nobody else can reply', async (t) => {
  const service = await startService(t)
  const { id } = await sign(service, 'Ann')
  const { status } = await service.send('PUT', \`/api/entries/\${id}/reply\`, {
    headers: { authorization: 'Bearer wrong' },
    body: '{"text":"x"}',
  })
  assert.equal(status, 401)
})

test('the owner can remove an entry', async (t) => {
  const service = await startService(t)
  const { id } = await sign(service, 'Ann')
  assert.equal((await service.api('DELETE', \`/api/entries/\${id}\`)).status, 200)
  assert.equal((await service.api('GET', \`/api/entries/\${id}\`)).status, 404)
})
`

const likesTestSource = (has: Has): string => code`
${TEST_HEAD}
import { startService } from './helpers.js'

${sign(has)}

test('every like counts, from the page and from the API', async (t) => {
  const service = await startService(t)
  const { id } = await sign(service, 'Ann')
  await service.form(\`/entries/\${id}/like\`)
  const { body } = await service.api('POST', \`/api/entries/\${id}/like\`)
  assert.equal(body.likes, 2)
  assert.match((await service.page('/')).body, /♥ 2/)
  assert.equal((await service.api('POST', '/api/entries/nothing/like')).status, 404)
})
`

const paginationTestSource = (has: Has): string => code`
${TEST_HEAD}
import { startService } from './helpers.js'

${sign(has)}

test('twenty entries fit on a page, the oldest are on the last', async (t) => {
  const service = await startService(t)
  for (let n = 1; n <= 21; n++) await sign(service, \`Guest \${n}\`)
  const first = (await service.api('GET', '/api/entries')).body
  assert.deepEqual([first.page, first.pages, first.entries.length], [1, 2, 20])
  const last = (await service.api('GET', '/api/entries?page=2')).body
  assert.deepEqual(
    last.entries.map(({ name }) => name),
    ['Guest 1'],
  )
  assert.match((await service.page('/')).body, /href="\/\?page=2"/)
})

test('a page that makes no sense is refused, one beyond the end is empty', async (t) => {
  const service = await startService(t)
  assert.equal((await service.api('GET', '/api/entries?page=0')).status, 400)
  assert.equal((await service.api('GET', '/api/entries?page=x')).status, 400)
  assert.deepEqual((await service.api('GET', '/api/entries?page=9')).body.entries, [])
})
`

export const featureTests = (has: Has): [path: string, source: string][] => {
  const tests: [boolean, string, string][] = [
    [has('moderation'), 'test/moderation.test.js', moderationTestSource(has)],
    [has('replies'), 'test/replies.test.js', repliesTestSource(has)],
    [has('likes'), 'test/likes.test.js', likesTestSource(has)],
    [has('pagination'), 'test/pagination.test.js', paginationTestSource(has)],
  ]
  return tests.filter(([wanted]) => wanted).map(([, path, source]) => [path, source])
}
