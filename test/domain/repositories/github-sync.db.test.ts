import { eq } from 'drizzle-orm'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { HOUR_MS, MINUTE_MS } from '../../../src/clock.ts'
import { outbox, projectEvents, projects } from '../../../src/db/schema/index.ts'
import type { RepositorySource } from '../../../src/domain/repositories/source.ts'
import { listSyncJobs } from '../../../src/domain/sync/sync-jobs.ts'
import { waitFor } from '../../support/wait-for.ts'
import { createGithubWorld, type GithubWorld } from './github-world.ts'

let world: GithubWorld
beforeEach(async () => {
  world = await createGithubWorld()
})
afterEach(() => world.close())

const said = () => world.db.select({ content: outbox.content }).from(outbox).orderBy(outbox.seq)

const summaryOf = async () => {
  const outcome = await world.sync()
  if (outcome.outcome === 'failed') throw outcome.error
  if (outcome.outcome !== 'done') throw new Error(`the sync is ${outcome.outcome}`)
  return outcome.summary
}

const discovered = async (...names: string[]) => {
  for (const name of names) world.github.repositories.add(name)
  await summaryOf()
}

test('a new repository becomes a project that was found, with the names of what it wants and no values', async () => {
  world.github.repositories.add('Blog.Engine', {
    description: 'Words',
    files: { '.env.example': 'PORT=3000\nDATABASE_URL=\nAPI_KEY=abc\nexport MAIL_FROM=<address>\n# OLD=\n' },
  })
  expect(await summaryOf()).toMatchObject({ discovered: 1 })
  expect(await world.project('acme/Blog.Engine')).toMatchObject({
    name: 'blog-engine',
    title: 'Blog.Engine',
    description: 'Words',
    status: 'discovered',
    forge: 'github',
    isPrivate: true,
    repositoryUrl: 'https://github.com/acme/Blog.Engine',
    missingSecrets: ['DATABASE_URL', 'API_KEY', 'MAIL_FROM'],
    adoption: null,
  })
  const project = await world.project('acme/Blog.Engine')
  expect(await said()).toEqual([{ content: { type: 'view', view: 'discovered', args: { id: project?.id } } }])
  expect(world.woken).toContain(world.chat.id)
})

test('it is told of once, however often it is seen', async () => {
  await discovered('blog')
  await world.sync()
  world.github.repositories.change('blog', { description: 'other' })
  await world.sync()
  expect(await said()).toHaveLength(1)
})

test('a whole organisation at once is told of in one line', async () => {
  await discovered('a', 'b', 'c', 'd', 'e', 'f')
  expect(await said()).toEqual([
    { content: { type: 'notice', key: 'discovered-many', args: { count: 6, owner: 'acme' } } },
  ])
})

test('two repositories whose names come out the same become two projects', async () => {
  await discovered('My_App', 'my-app', '2048')
  expect((await world.projects()).map(({ name }) => name)).toEqual(['my-app', 'my-app-2', 'repo-2048'])
})

test('a rename and a transfer change the project there is, and make no second one', async () => {
  await discovered('blog')
  const before = await world.project('acme/blog')
  world.github.repositories.rename('blog', 'journal')
  await world.sync()
  expect(await world.projects()).toMatchObject([
    { id: before?.id, name: 'blog', repository: 'acme/journal', status: 'discovered' },
  ])
  world.github.repositories.transfer('journal', 'elsewhere')
  await world.sync()
  expect(await world.projects()).toMatchObject([
    { id: before?.id, repository: 'elsewhere/journal', status: 'discovered' },
  ])
  expect(await world.incidents()).toEqual([])
})

test('a new repository under the name that a renamed one left is a project of its own', async () => {
  await discovered('blog')
  world.github.repositories.rename('blog', 'journal')
  world.github.repositories.add('blog')
  await world.sync()
  expect((await world.projects()).map(({ name, repository }) => [name, repository])).toEqual([
    ['blog', 'acme/journal'],
    ['blog-2', 'acme/blog'],
  ])
})

test('made private, archived: the project says so, and nothing else of it changes', async () => {
  await discovered('blog')
  world.github.repositories.change('blog', { private: false, archived: true })
  expect(await summaryOf()).toMatchObject({ updated: 1 })
  expect(await world.project('acme/blog')).toMatchObject({
    isPrivate: false,
    isArchivedThere: true,
    status: 'discovered',
  })
})

describe('a repository that is gone', () => {
  const missing = async () => {
    await discovered('blog', 'shop')
    const repository = world.github.repositories.remove('blog')
    const summary = await summaryOf()
    return { repository, summary }
  }

  test('is asked for by itself, becomes missing, and wakes somebody', async () => {
    const { summary } = await missing()
    expect(summary).toMatchObject({ missing: 1 })
    const blog = await world.project('acme/blog')
    expect(blog?.status).toBe('missing')
    expect(await world.incidents()).toMatchObject([
      {
        kind: 'repo_missing',
        severity: 'critical',
        state: 'open',
        projectId: blog?.id,
        facts: { repository: 'acme/blog', source: 'github' },
      },
    ])
    expect(world.github.requests.map(({ path }) => path)).toContain(`/repositories/${blog?.githubRepoId}`)
    expect((await world.project('acme/shop'))?.status).toBe('discovered')
  })

  test('restored, is again where it was, and the incident resolves by itself', async () => {
    await discovered('blog')
    const [project] = await world.projects()
    await world.db
      .update(projects)
      .set({ status: 'active' })
      .where(eq(projects.id, project?.id ?? ''))
    const repository = world.github.repositories.remove('blog')
    await world.sync()
    world.github.repositories.restore(repository)
    expect(await summaryOf()).toMatchObject({ healed: 1 })
    expect(await world.project('acme/blog')).toMatchObject({ status: 'active', missedListings: 0 })
    expect(await world.incidents()).toMatchObject([{ state: 'resolved', resolution: 'healed' }])
    const events = await world.db.select().from(projectEvents).orderBy(projectEvents.at)
    expect(events.map(({ to }) => to)).toEqual(['discovered', 'missing', 'active'])
  })

  test('made anew under its name while it was missing, is the same project', async () => {
    await missing()
    const old = await world.project('acme/blog')
    const { id } = world.github.repositories.add('blog')
    expect(await summaryOf()).toMatchObject({ healed: 1, discovered: 0 })
    expect(await world.project('acme/blog')).toMatchObject({
      id: old?.id,
      githubRepoId: id,
      status: 'discovered',
    })
  })

  test('that somebody said to leave alone wakes nobody', async () => {
    await discovered('blog', 'shop')
    await world.db.update(projects).set({ adoption: 'ignored' }).where(eq(projects.repository, 'acme/blog'))
    world.github.repositories.remove('blog')
    await world.sync()
    expect((await world.project('acme/blog'))?.status).toBe('missing')
    expect(await world.incidents()).toEqual([])
  })

  test('counts one incident, however many rounds it stays away', async () => {
    await missing()
    for (let i = 0; i < 15; i++) await world.sync()
    expect(await world.incidents()).toMatchObject([{ state: 'open', occurrences: 1 }])
  })
})

test.each([
  [451, 'Repository access blocked due to a DMCA takedown notice'],
  [403, 'Repository access blocked'],
] as const)(
  'a repository that GitHub refuses with %i is not missing; the reason is told',
  async (status, message) => {
    await discovered('blog', 'shop')
    world.github.repositories.change('blog', { blocked: { status, message } })
    expect(await summaryOf()).toMatchObject({ unreachable: 1, missing: 0 })
    expect((await world.project('acme/blog'))?.status).toBe('discovered')
    expect(await world.incidents()).toMatchObject([
      { kind: 'repo_unreachable', severity: 'warning', facts: { status, reason: message } },
    ])
    world.github.repositories.change('blog', { blocked: undefined })
    await world.sync()
    expect(await world.incidents()).toMatchObject([{ state: 'resolved', resolution: 'healed' }])
  },
)

test('an answer of 5xx to the question about one repository changes nothing, and is asked again', async () => {
  await discovered('blog', 'shop')
  world.github.repositories.remove('blog')
  world.github.fault = ({ path }) => (path.startsWith('/repositories/') ? { status: 502 } : undefined)
  expect(await world.sync()).toMatchObject({ outcome: 'failed', failures: 1 })
  expect(await world.project('acme/blog')).toMatchObject({ status: 'discovered', missedListings: 1 })
  expect(await world.incidents()).toEqual([])
  world.github.fault = undefined
  expect(await summaryOf()).toMatchObject({ missing: 1 })
})

test('nearly everything away at once is one outage and no missing project', async () => {
  const names = Array.from({ length: 30 }, (_, i) => `repo-${i}`)
  await discovered(...names)
  const removed = names.slice(0, 29).map((name) => world.github.repositories.remove(name))
  expect(await summaryOf()).toMatchObject({ missing: 0 })
  expect((await world.projects()).every(({ status }) => status === 'discovered')).toBe(true)
  expect(await world.incidents()).toMatchObject([
    { kind: 'provider_outage', severity: 'critical', facts: { vanished: 29, known: 30 } },
  ])
  for (const one of removed) world.github.repositories.restore(one)
  await world.sync()
  expect(await world.incidents()).toMatchObject([{ state: 'resolved' }])
})

describe('an organisation that has not changed', () => {
  test.each([true, false])('costs only 304s, whether or not those carry links (%s)', async (linksOn304) => {
    world.github.linksOn304 = linksOn304
    for (let i = 0; i < 250; i++) world.github.repositories.add(`repo-${i}`)
    expect(await summaryOf()).toMatchObject({ discovered: 250, requests: 3, changedPages: 3 })
    const used = world.github.rateLimit.used
    expect(await summaryOf()).toMatchObject({ discovered: 0, updated: 0, requests: 3, changedPages: 0 })
    expect(world.github.requests.map(({ status, counted }) => [status, counted])).toEqual(
      Array.from({ length: 3 }, () => [304, false]),
    )
    expect(world.github.rateLimit.used).toBe(used)
  })

  test.each([true, false])(
    'a new repository behind a page that was full is found (links on 304: %s)',
    async (linksOn304) => {
      world.github.linksOn304 = linksOn304
      for (let i = 0; i < 200; i++) world.github.repositories.add(`repo-${i}`)
      await world.sync()
      world.github.repositories.add('one-more')
      expect(await summaryOf()).toMatchObject({ discovered: 1 })
      world.github.repositories.remove('one-more')
      world.github.repositories.remove('repo-7')
      expect(await summaryOf()).toMatchObject({ missing: 2 })
      expect(await summaryOf()).toMatchObject({ missing: 0, changedPages: 0 })
    },
  )
})

describe('under fire', () => {
  test('5xx on page 17 of 3,000 repositories changes nothing; the next round pays for the rest only', async () => {
    for (let i = 0; i < 3_000; i++) world.github.repositories.add(`repo-${i}`)
    world.github.fault = ({ page }) => (page === 17 ? { status: 503 } : undefined)
    expect(await world.sync()).toMatchObject({ outcome: 'failed', failures: 1 })
    expect(await world.projects()).toEqual([])
    expect(await world.incidents()).toEqual([])
    world.github.fault = undefined
    expect(await summaryOf()).toMatchObject({ discovered: 3_000, requests: 30, changedPages: 14 })
  })

  test('a rename and a deletion between two rounds', async () => {
    await discovered('a', 'b', 'c')
    world.github.repositories.rename('a', 'b2')
    world.github.repositories.remove('b')
    world.github.repositories.rename('c', 'b')
    expect(await summaryOf()).toMatchObject({ updated: 2, missing: 1, discovered: 0 })
    expect(
      (await world.projects()).map(({ name, repository, status }) => [name, repository, status]),
    ).toEqual([
      ['a', 'acme/b2', 'discovered'],
      ['b', 'acme/b', 'missing'],
      ['c', 'acme/b', 'discovered'],
    ])
  })

  test.each(['cut', 'bad gateway'] as const)(
    'GitHub down for two hours (%s) is one incident and no missing project',
    async (how) => {
      await discovered('blog', 'shop')
      world.github.fault = () => (how === 'cut' ? 'cut' : { status: 502 })
      for (let minutes = 0; minutes < 120; minutes += 5)
        expect(await world.sync()).toMatchObject({ outcome: 'failed' })
      expect(await world.incidents()).toMatchObject([
        { kind: 'sync_failing', state: 'open', facts: { job: 'github_sync', failures: 24 } },
      ])
      expect((await world.projects()).map(({ status }) => status)).toEqual(['discovered', 'discovered'])
      world.github.fault = undefined
      await summaryOf()
      expect(await world.incidents()).toMatchObject([{ state: 'resolved' }])
      expect(await listSyncJobs(world.db)).toMatchObject([{ name: 'github_sync', failures: 0 }])
    },
  )

  test('a secondary rate limit is waited out as long as it asks, and the round goes on', async () => {
    for (let i = 0; i < 150; i++) world.github.repositories.add(`repo-${i}`)
    let refused = 0
    world.github.fault = ({ page }) => {
      if (page !== 2 || refused > 0) return undefined
      refused++
      return {
        status: 403,
        headers: { 'retry-after': '90' },
        message: 'You have exceeded a secondary rate limit.',
      }
    }
    const start = world.clock.now().getTime() + 5 * MINUTE_MS
    const running = world.sync()
    await waitFor(() => refused === 1, 'the refusal')
    await waitFor(() => world.logged.includes('github.waits'), 'the wait')
    await world.clock.advance(89_000)
    expect(world.github.requests).toHaveLength(2)
    await world.clock.advance(1_000)
    expect(await running).toMatchObject({ outcome: 'done', summary: { discovered: 150 } })
    expect(world.clock.now().getTime() - start).toBe(90_000)
  })

  test('the last request of the hour is followed by a wait until the hour is over, not by a refusal', async () => {
    for (let i = 0; i < 150; i++) world.github.repositories.add(`repo-${i}`)
    world.github.rateLimit.spend(4_999)
    const running = world.sync()
    await waitFor(() => world.github.requests.length === 1, 'the first page')
    await waitFor(() => world.logged.includes('github.waits'), 'the wait')
    // The hour began when the first request of it was made, five minutes before this round.
    await world.clock.advance(HOUR_MS - 5 * MINUTE_MS + 1_000)
    expect(await running).toMatchObject({ outcome: 'done', summary: { discovered: 150 } })
    expect(world.github.requests.map(({ status }) => status)).toEqual([200, 200])
  })

  test('an answer that is no list, from a proxy that says 200, changes nothing', async () => {
    await discovered('blog')
    world.github.repositories.change('blog', { description: 'new' })
    world.github.fault = () => ({ status: 200, message: '<html>Sign in to the network</html>' })
    expect(await world.sync()).toMatchObject({ outcome: 'failed', error: { code: 'platform_unavailable' } })
    expect((await world.projects()).map(({ status }) => status)).toEqual(['discovered'])
  })

  test('a token that is no longer accepted says so', async () => {
    world.github.fault = () => ({ status: 401, message: 'Bad credentials' })
    expect(await world.sync()).toMatchObject({
      outcome: 'failed',
      error: { code: 'misconfigured', message: expect.stringContaining('Bad credentials') },
    })
  })
})

describe('a process that dies', () => {
  const dying = (die: (source: RepositorySource) => Partial<RepositorySource>) =>
    world.sync((sync) => ({ ...sync, source: { ...sync.source, ...die(sync.source) } }))

  test('between two pages leaves the next one the pages that it has read', async () => {
    for (let i = 0; i < 2_500; i++) world.github.repositories.add(`repo-${i}`)
    await dying((source) => ({
      listRepositories: (memory, signal) => {
        let written = 0
        return source.listRepositories(
          {
            ...memory,
            write: async (pages) => {
              if (++written > 2) throw new Error('killed')
              await memory.write(pages)
            },
          },
          signal,
        )
      },
    }))
    expect(await world.projects()).toEqual([])
    expect(await summaryOf()).toMatchObject({ discovered: 2_500, requests: 25, changedPages: 5 })
  })

  test('between two finds leaves the other to the next, and each is told of once', async () => {
    for (const name of ['a', 'b', 'c']) world.github.repositories.add(name)
    let read = 0
    await dying((source) => ({
      readFile: (...file) => {
        if (++read > 2) throw Object.assign(new Error('killed'), { name: 'AbortError' })
        return source.readFile(...file)
      },
    }))
    await world.sync()
    expect((await world.projects()).map(({ name }) => name)).toEqual(['a', 'b', 'c'])
    expect(await said()).toHaveLength(3)
  })

  test('between the incident and the move leaves neither', async () => {
    await discovered('blog', 'shop')
    world.github.repositories.remove('blog')
    await world.sync((sync) => ({
      ...sync,
      lease: {
        assertHeld: async (tx) => {
          await sync.lease.assertHeld(tx)
          const { insert } = tx
          // The process dies when the incident is written, which is after the move.
          tx.insert = ((table: Parameters<typeof insert>[0]) => {
            if ('severity' in table) throw new Error('killed')
            return insert.call(tx, table)
          }) as typeof insert
        },
      },
    }))
    expect((await world.project('acme/blog'))?.status).toBe('discovered')
    expect(await world.incidents()).toEqual([])
    await world.sync()
    expect((await world.project('acme/blog'))?.status).toBe('missing')
    expect(await world.incidents()).toMatchObject([{ kind: 'repo_missing', state: 'open' }])
  })
})
