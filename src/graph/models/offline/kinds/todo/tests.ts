import type { Has } from '../kind.ts'
import { code } from '../shared/code.ts'
import { TEST_HEAD } from '../shared/test-source.ts'

/** `test/tasks.test.js`. */
export const tasksTestSource = code`
${TEST_HEAD}
import { MINUTE, startService } from './helpers.js'

const add = async (service, task) => (await service.api('POST', '/api/tasks', task)).body

test('a task is added, done, and removed', async (t) => {
  const service = await startService(t)
  const created = await service.api('POST', '/api/tasks', { title: '  Buy milk ' })
  assert.equal(created.status, 201)
  assert.equal(created.body.title, 'Buy milk')
  assert.equal(created.body.done, false)

  const path = \`/api/tasks/\${created.body.id}\`
  assert.equal((await service.api('PATCH', path, { done: true })).body.done, true)
  assert.equal((await service.api('GET', path)).body.title, 'Buy milk')
  assert.equal((await service.api('DELETE', path)).status, 200)
  assert.equal((await service.api('GET', path)).status, 404)
  assert.equal((await service.api('DELETE', path)).status, 404)
})

test('tasks survive a restart, as they were', async (t) => {
  const service = await startService(t)
  const task = await add(service, { title: 'Remember me' })
  await service.api('PATCH', \`/api/tasks/\${task.id}\`, { done: true })
  await service.restart()
  assert.deepEqual((await service.api('GET', '/api/tasks')).body, [{ ...task, done: true }])
})

test('open tasks come first, and can be asked for alone', async (t) => {
  const service = await startService(t)
  const first = await add(service, { title: 'first' })
  service.advance(MINUTE)
  await add(service, { title: 'second' })
  await service.api('PATCH', \`/api/tasks/\${first.id}\`, { done: true })

  const titles = async (query) => (await service.api('GET', \`/api/tasks\${query}\`)).body.map(({ title }) => title)
  assert.deepEqual(await titles(''), ['second', 'first'])
  assert.deepEqual(await titles('?done=false'), ['second'])
  assert.deepEqual(await titles('?done=true'), ['first'])
  assert.equal((await service.api('GET', '/api/tasks?done=maybe')).status, 400)
})

test('a task without a usable title is refused, and nothing else can be changed by accident', async (t) => {
  const service = await startService(t)
  for (const title of [undefined, '', '   ', 5, 'x'.repeat(201)])
    assert.equal((await service.api('POST', '/api/tasks', { title })).status, 400)

  const task = await add(service, { title: 'Mine' })
  const path = \`/api/tasks/\${task.id}\`
  assert.equal((await service.api('PATCH', path, { done: 'yes' })).status, 400)
  const { body } = await service.api('PATCH', path, { id: 'other', createdAt: 'never', stray: 1 })
  assert.deepEqual(body, task)
})
`

/** `test/page.test.js`. */
export const pageTestSource = code`
${TEST_HEAD}
import { startService } from './helpers.js'

test('a task is added, done and removed on the page', async (t) => {
  const service = await startService(t)
  assert.equal((await service.form('/tasks', { title: 'Water the plants' })).status, 303)
  const { body } = await service.api('GET', '/api/tasks')
  assert.match((await service.page('/')).body, /Water the plants/)

  await service.form(\`/tasks/\${body[0].id}/toggle\`)
  assert.match((await service.page('/')).body, /<s>Water the plants<\/s>/)
  await service.form(\`/tasks/\${body[0].id}/remove\`)
  assert.doesNotMatch((await service.page('/')).body, /Water the plants/)
})

test('markup in a title is shown as text', async (t) => {
  const service = await startService(t)
  await service.form('/tasks', { title: '<script>alert(1)</script>' })
  assert.match((await service.page('/')).body, /&lt;script&gt;/)
})
`

/** `test/due-dates.test.js`. */
export const dueDatesTestSource = code`
${TEST_HEAD}
import { DAY, startService } from './helpers.js'

test('the task that is due first is on top, one without a date at the end', async (t) => {
  const service = await startService(t)
  await service.api('POST', '/api/tasks', { title: 'some day' })
  await service.api('POST', '/api/tasks', { title: 'later', due: '2030-02-01' })
  await service.api('POST', '/api/tasks', { title: 'soon', due: '2030-01-02' })
  const { body } = await service.api('GET', '/api/tasks')
  assert.deepEqual(
    body.map(({ title }) => title),
    ['soon', 'later', 'some day'],
  )
})

test('a task is overdue the day after it was due, until it is done', async (t) => {
  const service = await startService(t)
  const { body } = await service.api('POST', '/api/tasks', { title: 'Taxes', due: '2030-01-01' })
  assert.doesNotMatch((await service.page('/')).body, /overdue/)
  service.advance(DAY)
  assert.match((await service.page('/')).body, /overdue/)
  await service.api('PATCH', \`/api/tasks/\${body.id}\`, { done: true })
  assert.doesNotMatch((await service.page('/')).body, /overdue/)
})

test('a date that does not exist is refused', async (t) => {
  const service = await startService(t)
  for (const due of ['tomorrow', '2030-02-30', '2030-1-1', 20300101])
    assert.equal((await service.api('POST', '/api/tasks', { title: 'x', due })).status, 400, String(due))
})
`

/** `test/priorities.test.js`. */
export const prioritiesTestSource = code`
${TEST_HEAD}
import { startService } from './helpers.js'

test('urgent tasks come first; a task is normal when nothing is said', async (t) => {
  const service = await startService(t)
  await service.api('POST', '/api/tasks', { title: 'low', priority: 'low' })
  await service.api('POST', '/api/tasks', { title: 'plain' })
  await service.api('POST', '/api/tasks', { title: 'high', priority: 'high' })
  const { body } = await service.api('GET', '/api/tasks')
  assert.deepEqual(
    body.map(({ title, priority }) => [title, priority]),
    [
      ['high', 'high'],
      ['plain', 'normal'],
      ['low', 'low'],
    ],
  )
})

test('a priority can be changed, but only to one that exists', async (t) => {
  const service = await startService(t)
  const { body } = await service.api('POST', '/api/tasks', { title: 'x' })
  const path = \`/api/tasks/\${body.id}\`
  assert.equal((await service.api('PATCH', path, { priority: 'high' })).body.priority, 'high')
  assert.equal((await service.api('PATCH', path, { priority: 'extreme' })).status, 400)
})
`

/** `test/tags.test.js`. */
export const tagsTestSource = code`
${TEST_HEAD}
import { startService } from './helpers.js'

test('tasks are found by tag, however the tag was written', async (t) => {
  const service = await startService(t)
  await service.api('POST', '/api/tasks', { title: 'Milk', tags: ['Shop', 'shop ', 'home'] })
  await service.form('/tasks', { title: 'Nails', tags: 'shop, DIY' })
  await service.api('POST', '/api/tasks', { title: 'Sleep' })

  const { body } = await service.api('GET', '/api/tasks?tag=SHOP')
  assert.deepEqual(
    body.map(({ title, tags }) => [title, tags]),
    [
      ['Milk', ['shop', 'home']],
      ['Nails', ['shop', 'diy']],
    ],
  )
  assert.doesNotMatch((await service.page('/?tag=diy')).body, /Milk/)
})

test('tags that are no list of short texts are refused', async (t) => {
  const service = await startService(t)
  for (const tags of [5, [5], ['x'.repeat(31)], Array.from({ length: 11 }, (_, n) => \`tag\${n}\`)])
    assert.equal((await service.api('POST', '/api/tasks', { title: 'x', tags })).status, 400)
})
`

/** `test/search.test.js`. */
export const searchTestSource = code`
${TEST_HEAD}
import { startService } from './helpers.js'

test('tasks are found by a part of their title, in any case and script', async (t) => {
  const service = await startService(t)
  await service.api('POST', '/api/tasks', { title: 'Buy MILK' })
  await service.api('POST', '/api/tasks', { title: 'Купить хлеб' })
  const found = async (q) => (await service.api('GET', \`/api/tasks?q=\${encodeURIComponent(q)}\`)).body.length
  assert.equal(await found('milk'), 1)
  assert.equal(await found('ХЛЕБ'), 1)
  assert.equal(await found('butter'), 0)
  assert.equal(await found(''), 2)
})

test('what was searched for stays in the field, as text', async (t) => {
  const service = await startService(t)
  const { body } = await service.page('/?q=%22%3E%3Cb%3E')
  assert.match(body, /value="&quot;&gt;&lt;b&gt;"/)
})
`

export const featureTests = (has: Has): [path: string, source: string][] => {
  const tests: [boolean, string, string][] = [
    [has('due-dates'), 'test/due-dates.test.js', dueDatesTestSource],
    [has('priorities'), 'test/priorities.test.js', prioritiesTestSource],
    [has('tags'), 'test/tags.test.js', tagsTestSource],
    [has('search'), 'test/search.test.js', searchTestSource],
  ]
  return tests.filter(([wanted]) => wanted).map(([, path, source]) => [path, source])
}
