import { createHmac } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { projects, webhookDeliveries } from '../../src/db/schema/index.ts'
import { createGithubWebhook } from '../../src/http/github-webhook.ts'
import { createGithubSync, createGithubWebhooks } from '../../src/jobs/github-sync.ts'
import { createGithubWorld, type GithubWorld } from '../domain/repositories/github-world.ts'
import { type Delivery, webhookRequest } from '../fakes/github.ts'

const SECRET = 'a secret of the webhook'

let world: GithubWorld
let woken: string[]
let forged: number
beforeEach(async () => {
  world = await createGithubWorld()
  woken = []
  forged = 0
})
afterEach(() => world.close())

const door = (db = world.db) =>
  createGithubWebhook({
    db,
    secret: SECRET,
    clock: world.clock,
    log: world.deps.log,
    wake: { sync: async (name) => void woken.push(name) },
    onForged: () => void forged++,
  })

const post = (delivery: Delivery, change: (request: RequestInit) => RequestInit = (same) => same) =>
  door().request('/github/webhook', change(webhookRequest(SECRET, delivery)))

const repositoryEvent = (action: string, name: string, id: number): Delivery => ({
  event: 'repository',
  payload: { action, repository: { id, full_name: `acme/${name}` } },
})

const handle = () => createGithubWebhooks({ ...world.deps, intervalMs: 300_000 })()
const list = () => createGithubSync({ ...world.deps, intervalMs: 300_000 })()
const rows = () => world.db.select().from(webhookDeliveries)

test('a repository that was just made is found without waiting for the next listing', async () => {
  const { id } = world.github.repositories.add('blog')
  const answer = await post(repositoryEvent('created', 'blog', id))
  expect(answer.status).toBe(202)
  expect(woken).toEqual(['github_webhooks'])
  expect(await rows()).toMatchObject([{ event: 'repository', handledAt: null }])
  expect(await handle()).toMatchObject({ outcome: 'done', summary: { deliveries: 1, discovered: 1 } })
  expect(await world.project('acme/blog')).toMatchObject({ githubRepoId: id, status: 'discovered' })
  expect((await rows())[0]?.handledAt).toEqual(world.clock.now())
})

test('the same webhook five times is one row, one look and one project', async () => {
  const { id } = world.github.repositories.add('blog')
  const delivery = { ...repositoryEvent('created', 'blog', id), id: 'b7c1' }
  const answers = await Promise.all(Array.from({ length: 5 }, () => post(delivery)))
  expect(answers.map(({ status }) => status)).toEqual([202, 202, 202, 202, 202])
  expect(woken).toHaveLength(1)
  await handle()
  await post(delivery)
  await handle()
  expect(await rows()).toHaveLength(1)
  expect(await world.projects()).toHaveLength(1)
  expect(world.github.requests.filter(({ path }) => path === `/repositories/${id}`)).toHaveLength(1)
})

test('webhooks out of order end in what is true', async () => {
  const repository = world.github.repositories.add('blog')
  await list()
  world.github.repositories.rename('blog', 'journal')
  world.github.repositories.change('journal', { archived: true })
  const stories = [
    repositoryEvent('archived', 'journal', repository.id),
    repositoryEvent('renamed', 'journal', repository.id),
    repositoryEvent('deleted', 'blog', repository.id),
    repositoryEvent('created', 'blog', repository.id),
  ]
  for (const story of stories) await post(story)
  await handle()
  expect(await world.projects()).toMatchObject([
    { repository: 'acme/journal', isArchivedThere: true, status: 'discovered' },
  ])
  expect(await world.incidents()).toEqual([])
})

test('a deletion is an incident at once; restored, it heals', async () => {
  const repository = world.github.repositories.add('blog')
  await list()
  world.github.repositories.remove('blog')
  await post(repositoryEvent('deleted', 'blog', repository.id))
  await handle()
  expect(await world.projects()).toMatchObject([{ status: 'missing' }])
  expect(await world.incidents()).toMatchObject([
    { kind: 'repo_missing', severity: 'critical', state: 'open' },
  ])
  await list()
  expect(await world.incidents()).toMatchObject([{ occurrences: 1, state: 'open' }])
  world.github.repositories.restore(repository)
  await post(repositoryEvent('created', 'blog', repository.id))
  await handle()
  expect(await world.projects()).toMatchObject([{ status: 'discovered' }])
  expect(await world.incidents()).toMatchObject([{ state: 'resolved', resolution: 'healed' }])
})

test('a webhook that comes while the organisation is listed is acted on after the listing', async () => {
  const repository = world.github.repositories.add('blog')
  await list()
  world.github.repositories.change('blog', { description: 'changed' })
  let taken = false
  const { source } = world.deps
  const during = createGithubSync({
    ...world.deps,
    intervalMs: 300_000,
    source: {
      ...source,
      listRepositories: async (...args) => {
        const listing = await source.listRepositories(...args)
        // The listing still has it; GitHub has not.
        world.github.repositories.remove('blog')
        await post(repositoryEvent('deleted', 'blog', repository.id))
        expect(await handle()).toMatchObject({ outcome: 'done', summary: {} })
        taken = true
        return listing
      },
    },
  })
  expect(await during()).toMatchObject({ outcome: 'done', summary: { deliveries: 1 } })
  expect(taken).toBe(true)
  expect(await world.projects()).toMatchObject([{ status: 'missing' }])
})

test('a push that touches .env.example is read anew; another push is not', async () => {
  const repository = world.github.repositories.add('blog', { files: { '.env.example': 'API_KEY=\n' } })
  await list()
  world.github.repositories.named('blog').files.set('.env.example', 'API_KEY=\nMAIL_PASSWORD=\n')
  const push = (modified: string[]): Delivery => ({
    event: 'push',
    payload: { repository: { id: repository.id, full_name: 'acme/blog' }, commits: [{ modified }] },
  })
  await post(push(['README.md']))
  await handle()
  expect((await world.project('acme/blog'))?.missingSecrets).toEqual(['API_KEY'])
  await post(push(['README.md', '.env.example']))
  await handle()
  expect((await world.project('acme/blog'))?.missingSecrets).toEqual(['API_KEY', 'MAIL_PASSWORD'])
})

test('what GitHub cannot tell just now is tried again, and given up to the next listing in the end', async () => {
  const { id } = world.github.repositories.add('blog')
  await post(repositoryEvent('created', 'blog', id))
  world.github.fault = () => ({ status: 502 })
  for (let attempt = 1; attempt <= 4; attempt++) await handle()
  expect(await rows()).toMatchObject([{ attempts: 4, handledAt: null, error: 'GitHub answered 502' }])
  await handle()
  expect(await rows()).toMatchObject([{ attempts: 5, handledAt: world.clock.now() }])
  world.github.fault = undefined
  await list()
  expect(await world.projects()).toHaveLength(1)
})

test('a repository of somebody else is none of ours', async () => {
  const { id } = world.github.repositories.add('blog')
  world.github.repositories.transfer('blog', 'elsewhere')
  await post(repositoryEvent('transferred', 'blog', id))
  await handle()
  expect(await world.projects()).toEqual([])
})

test('a project that was deleted here stays deleted, whatever its repository does', async () => {
  const { id } = world.github.repositories.add('blog')
  await list()
  await world.db.update(projects).set({ status: 'archived' }).where(eq(projects.githubRepoId, id))
  world.github.repositories.rename('blog', 'journal')
  await post(repositoryEvent('renamed', 'journal', id))
  await handle()
  await list()
  expect(await world.projects()).toMatchObject([{ status: 'archived', repository: 'acme/blog' }])
})

describe('what GitHub did not sign', () => {
  const forge = (headers: Record<string, string>) => (request: RequestInit) => ({
    ...request,
    headers: { ...(request.headers as Record<string, string>), ...headers },
  })

  test.each([
    ['no signature', forge({ 'x-hub-signature-256': '' })],
    ['another signature', forge({ 'x-hub-signature-256': `sha256=${'0'.repeat(64)}` })],
    ['the old kind of signature', forge({ 'x-hub-signature-256': `sha1=${'0'.repeat(40)}` })],
    ['another body', (request: RequestInit) => ({ ...request, body: `${request.body} ` })],
    [
      'another secret',
      () =>
        webhookRequest('guessed', {
          event: 'repository',
          payload: { repository: { id: 1, full_name: 'a/b' } },
        }),
    ],
    ['an empty secret', () => webhookRequest('', { event: 'ping', payload: {} })],
  ])('%s gets 401 and leaves nothing but its count', async (_what, change) => {
    const answer = await post(repositoryEvent('deleted', 'blog', 1), change)
    expect(answer.status).toBe(401)
    expect(await answer.text()).toBe('')
    expect(forged).toBe(1)
    expect(await rows()).toEqual([])
    expect(woken).toEqual([])
  })
})

test('a ping is taken in and wakes nobody', async () => {
  expect((await post({ event: 'ping', payload: { zen: 'Keep it simple.' } })).status).toBe(202)
  expect(await rows()).toMatchObject([{ event: 'ping', handledAt: world.clock.now() }])
  expect(woken).toEqual([])
})

test('an event that nobody asked for is acknowledged and forgotten', async () => {
  expect((await post({ event: 'star', payload: { action: 'created' } })).status).toBe(202)
  expect(await rows()).toEqual([])
})

test('a form that carries the payload is read as well', async () => {
  const { id } = world.github.repositories.add('blog')
  const { event, payload } = repositoryEvent('created', 'blog', id)
  const body = new URLSearchParams({ payload: JSON.stringify(payload) }).toString()
  const answer = await door().request('/github/webhook', {
    method: 'POST',
    body,
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'x-github-event': event,
      'x-github-delivery': 'form',
      'x-hub-signature-256': `sha256=${createHmac('sha256', SECRET).update(body).digest('hex')}`,
    },
  })
  expect(answer.status).toBe(202)
  expect(await rows()).toMatchObject([{ payload: { repositoryId: id } }])
})

test('what is no JSON, or carries no id, is refused', async () => {
  const sign = (body: string) => `sha256=${createHmac('sha256', SECRET).update(body).digest('hex')}`
  const send = (body: string, headers: Record<string, string>) =>
    door().request('/github/webhook', {
      method: 'POST',
      body,
      headers: { 'x-github-event': 'push', 'x-hub-signature-256': sign(body), ...headers },
    })
  expect((await send('{', { 'x-github-delivery': 'x' })).status).toBe(400)
  expect((await send('{}', {})).status).toBe(400)
  expect(await rows()).toEqual([])
})

test('a delivery that could not be written down is not acknowledged', async () => {
  const broken = {
    insert: () => {
      throw new Error('the database is away')
    },
  } as unknown as GithubWorld['db']
  const answer = await door(broken).request(
    '/github/webhook',
    webhookRequest(SECRET, repositoryEvent('created', 'blog', 1)),
  )
  expect(answer.status).toBe(503)
  expect(woken).toEqual([])
})
