import type { Has } from '../kind.ts'
import { code } from '../shared/code.ts'
import { TEST_HEAD } from '../shared/test-source.ts'

/** `test/status.test.js`. */
export const statusTestSource = code`
${TEST_HEAD}
import { MINUTE, startService } from './helpers.js'

test('the page is as bad as its worst component', async (t) => {
  const service = await startService(t)
  const overall = async () => (await service.api('GET', '/api/status')).body.overall
  assert.equal(await overall(), 'operational')
  const { body: web } = await service.api('POST', '/api/components', { name: 'Web' })
  await service.api('POST', '/api/components', { name: 'Mail', state: 'degraded' })
  assert.equal(await overall(), 'degraded')
  await service.api('PATCH', \`/api/components/\${web.id}\`, { state: 'outage' })
  assert.equal(await overall(), 'outage')
  await service.api('DELETE', \`/api/components/\${web.id}\`)
  assert.equal(await overall(), 'degraded')
})

test('a component remembers since when it is in its state', async (t) => {
  const service = await startService(t)
  const { body: web } = await service.api('POST', '/api/components', { name: 'Web' })
  service.advance(MINUTE)
  const path = \`/api/components/\${web.id}\`
  assert.equal((await service.api('PATCH', path, { name: 'Website' })).body.since, '2030-01-01T12:00:00.000Z')
  assert.equal((await service.api('PATCH', path, { state: 'outage' })).body.since, '2030-01-01T12:01:00.000Z')
})

test('a component with an unknown state or without a name is refused', async (t) => {
  const service = await startService(t)
  for (const wrong of [{ name: 'Web', state: 'fine' }, { name: '' }, {}])
    assert.equal((await service.api('POST', '/api/components', wrong)).status, 400)
})

test('an incident is reported, updated and resolved, and its history stays', async (t) => {
  const service = await startService(t)
  const report = { title: 'Mail is late', message: 'We are looking into it.' }
  const { body: incident } = await service.api('POST', '/api/incidents', report)
  assert.equal(incident.step, 'investigating')
  service.advance(MINUTE)
  const path = \`/api/incidents/\${incident.id}\`
  await service.api('POST', \`\${path}/updates\`, { message: 'A queue is full.' })
  await service.api('POST', \`\${path}/updates\`, { step: 'resolved', message: 'All mail is delivered.' })
  await service.restart()
  const { body } = await service.api('GET', path)
  assert.deepEqual(
    body.updates.map(({ step, message }) => [step, message]),
    [
      ['investigating', 'We are looking into it.'],
      ['investigating', 'A queue is full.'],
      ['resolved', 'All mail is delivered.'],
    ],
  )
  assert.equal((await service.api('POST', '/api/incidents/nothing/updates', { message: 'x' })).status, 404)
})
`

/** `test/page.test.js`. */
export const pageTestSource = code`
${TEST_HEAD}
import { startService } from './helpers.js'

test('components and incidents are managed on the page', async (t) => {
  const service = await startService(t)
  await service.form('/components', { name: 'Web' })
  const { body } = await service.api('GET', '/api/components')
  await service.form(\`/components/\${body[0].id}\`, { state: 'outage' })
  await service.form('/incidents', { title: 'Web is down', step: 'identified', message: 'A cable is cut.' })
  const shown = (await service.page('/')).body
  assert.match(shown, /Some systems are down/)
  assert.match(shown, /A cable is cut\./)

  const [incident] = (await service.api('GET', '/api/incidents')).body
  await service.form(\`/incidents/\${incident.id}/updates\`, { step: 'resolved', message: 'Mended.' })
  await service.form(\`/components/\${body[0].id}/remove\`)
  assert.match((await service.page('/')).body, /All systems work/)
})

test('markup in names and messages is shown as text', async (t) => {
  const service = await startService(t)
  await service.form('/components', { name: '<b>Web</b>' })
  await service.form('/incidents', { title: '<i>x</i>', message: '<script>alert(1)</script>' })
  const { body } = await service.page('/')
  assert.doesNotMatch(body, /<script>|<b>|<i>/)
})
`

const feedTestSource = code`
${TEST_HEAD}
import { MINUTE, startService } from './helpers.js'

test('every update of an incident is an entry of the feed, the newest first', async (t) => {
  const service = await startService(t)
  const { body } = await service.api('POST', '/api/incidents', { title: 'A < B & C', message: 'Looking.' })
  service.advance(MINUTE)
  await service.api('POST', \`/api/incidents/\${body.id}/updates\`, { step: 'resolved', message: 'Done.' })

  const feed = await service.send('GET', '/feed.xml')
  assert.match(feed.headers.get('content-type'), /^application\/atom\+xml/)
  assert.deepEqual(
    [...feed.body.matchAll(/<title>(A .*)<\/title>/g)].map(([, title]) => title),
    ['A &lt; B &amp; C: resolved', 'A &lt; B &amp; C: investigating'],
  )
  assert.match(feed.body, /<updated>2030-01-01T12:01:00\.000Z<\/updated>\n<author>/)
})

test('a feed without incidents is still a feed', async (t) => {
  const service = await startService(t)
  const { status, body } = await service.send('GET', '/feed.xml')
  assert.equal(status, 200)
  assert.match(body, /<feed [\s\S]*<\/feed>/)
})
`

const uptimeTestSource = code`
${TEST_HEAD}
import { DAY, startService } from './helpers.js'

test('a day of which a quarter was down shows 75 percent of the time it is known for', async (t) => {
  const service = await startService(t)
  const { body: web } = await service.api('POST', '/api/components', { name: 'Web' })
  const path = \`/api/components/\${web.id}\`
  service.advance(DAY / 2)
  await service.api('PATCH', path, { state: 'outage' })
  service.advance(DAY / 4)
  await service.api('PATCH', path, { state: 'operational' })
  service.advance((DAY / 4) * 3)
  await service.restart()

  const { body: days } = await service.api('GET', \`\${path}/uptime\`)
  assert.equal(days.length, 30)
  assert.deepEqual(days.slice(-3), [
    { date: '2030-01-01', percent: 100 },
    { date: '2030-01-02', percent: 75 },
    { date: '2030-01-03', percent: null },
  ])
})

test('days before the component existed have no figure', async (t) => {
  const service = await startService(t)
  const { body: web } = await service.api('POST', '/api/components', { name: 'Web' })
  service.advance(DAY / 4)
  const { body: days } = await service.api('GET', \`/api/components/\${web.id}/uptime\`)
  assert.equal(days.at(-2).percent, null)
  assert.equal(days.at(-1).percent, 100)
  assert.match((await service.page('/')).body, /title="2030-01-01: 100 %"/)
})

test('a removed component leaves no history behind', async (t) => {
  const service = await startService(t)
  const { body: web } = await service.api('POST', '/api/components', { name: 'Web' })
  await service.api('DELETE', \`/api/components/\${web.id}\`)
  assert.equal((await service.api('GET', \`/api/components/\${web.id}/uptime\`)).status, 404)
})
`

export const featureTests = (has: Has): [path: string, source: string][] => {
  const tests: [boolean, string, string][] = [
    [has('feed'), 'test/feed.test.js', feedTestSource],
    [has('uptime-history'), 'test/uptime.test.js', uptimeTestSource],
  ]
  return tests.filter(([wanted]) => wanted).map(([, path, source]) => [path, source])
}
