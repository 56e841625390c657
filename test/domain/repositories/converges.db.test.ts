import { sql } from 'drizzle-orm'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { takeDelivery } from '../../../src/domain/repositories/deliveries.ts'
import { createGithubWebhooks } from '../../../src/jobs/github-sync.ts'
import type { FakeRepository } from '../../fakes/github/organisation.ts'
import { createGithubWorld, type GithubWorld } from './github-world.ts'

let world: GithubWorld
beforeAll(async () => {
  world = await createGithubWorld({ limit: 1_000_000 })
})
afterAll(() => world.close())

const NAMES = ['a', 'b', 'c', 'd']
const name = fc.constantFrom(...NAMES)

/** What happens on GitHub, what we hear of it, and what goes wrong on the way. */
const happening = fc.oneof(
  fc.record({ kind: fc.constant('add' as const), name }),
  fc.record({ kind: fc.constant('remove' as const), name }),
  fc.record({ kind: fc.constant('restore' as const), name }),
  fc.record({ kind: fc.constant('rename' as const), name, to: name }),
  fc.record({ kind: fc.constant('webhook' as const), name }),
  fc.record({ kind: fc.constant('sync' as const) }),
  fc.record({ kind: fc.constant('failing sync' as const), after: fc.nat({ max: 3 }) }),
)
type Happening = typeof happening extends fc.Arbitrary<infer T> ? T : never

const live = new Map<string, FakeRepository>()
const removed: FakeRepository[] = []
const lastId = new Map<string, number>()
let deliveries = 0

const happen = async (one: Happening): Promise<void> => {
  const { repositories } = world.github
  switch (one.kind) {
    case 'add': {
      if (live.has(one.name)) return
      const made = repositories.add(one.name)
      live.set(one.name, made)
      lastId.set(one.name, made.id)
      return
    }
    case 'remove': {
      if (!live.delete(one.name)) return
      removed.push(repositories.remove(one.name))
      return
    }
    case 'restore': {
      const index = removed.findIndex((each) => each.name === one.name)
      const [back] = live.has(one.name) || index < 0 ? [] : removed.splice(index, 1)
      if (!back) return
      repositories.restore(back)
      live.set(one.name, back)
      return
    }
    case 'rename': {
      const repository = live.get(one.name)
      if (!repository || live.has(one.to)) return
      repositories.rename(one.name, one.to)
      live.delete(one.name)
      live.set(one.to, repository)
      return
    }
    case 'webhook': {
      const repositoryId = live.get(one.name)?.id ?? lastId.get(one.name)
      if (repositoryId === undefined) return
      const facts = { repositoryId, repository: `acme/${one.name}` }
      const delivery = { id: `d${++deliveries}`, event: 'repository' as const, facts }
      await takeDelivery(world.db, delivery, world.clock.now())
      await createGithubWebhooks({ ...world.deps, intervalMs: 300_000 })()
      return
    }
    case 'sync':
      await world.sync()
      return
    case 'failing sync':
      world.github.fault = ({ number }) => (number > one.after ? { status: 502 } : undefined)
      await world.sync()
      world.github.fault = undefined
      return
    default:
      return one satisfies never
  }
}

test('whatever happens, once GitHub answers again every project is where its repository is', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(happening, { maxLength: 14 }), async (happenings) => {
      await world.db.execute(
        sql`truncate projects, incidents, http_cache, webhook_deliveries, sync_jobs, outbox cascade`,
      )
      for (const repository of live.keys()) world.github.repositories.remove(repository)
      live.clear()
      removed.length = 0
      lastId.clear()

      for (const one of happenings) await happen(one)
      expect(await world.sync()).toMatchObject({ outcome: 'done' })

      const projects = await world.projects()
      const present = projects.filter(({ status }) => status !== 'missing')
      expect(new Map(present.map((one) => [one.repository, one.githubRepoId]))).toEqual(
        new Map([...live].map(([repository, { id }]) => [`acme/${repository}`, id])),
      )
      expect(present).toHaveLength(live.size)
      const missing = projects.filter(({ status }) => status === 'missing').map(({ id }) => id)
      const told = (await world.incidents()).filter(
        ({ kind, state }) => kind === 'repo_missing' && state !== 'resolved',
      )
      expect(told.map(({ projectId }) => projectId).sort()).toEqual(missing.sort())
      expect(await world.sync()).toMatchObject({
        outcome: 'done',
        summary: { changedPages: 0, discovered: 0, updated: 0, missing: 0, healed: 0 },
      })
    }),
    { numRuns: 40 },
  )
}, 120_000)
