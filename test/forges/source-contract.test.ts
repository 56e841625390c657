import { rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { systemClock } from '../../src/clock.ts'
import type {
  KeptPage,
  ListedRepository,
  Listing,
  ListingMemory,
  RepositorySource,
} from '../../src/domain/repositories/source.ts'
import { createGithubSource } from '../../src/forges/github.ts'
import { createLocalSource } from '../../src/forges/listing-local.ts'
import { createLocalForge } from '../../src/forges/local.ts'
import { createLog } from '../../src/log.ts'
import { type FakeGithub, startFakeGithub } from '../fakes/github.ts'
import { createScratchFolder } from '../support/scratch.ts'

const log = createLog({ level: 'silent' })
const { signal } = new AbortController()

/** Keeps nothing longer than the test. */
const createMemory = (): ListingMemory => {
  const pages = new Map<number, KeptPage>()
  return {
    etags: async () => new Map([...pages].map(([page, { etag }]) => [page, etag])),
    read: async (page) => [...(pages.get(page)?.repositories ?? [])],
    write: async (written) => {
      for (const one of written) pages.set(one.page, one)
    },
    ids: async () =>
      [...pages.values()].flatMap(({ repositories }) => repositories.map(({ id }) => String(id))),
    forgetAfter: async (last) => {
      for (const page of pages.keys()) if (page > last) pages.delete(page)
    },
  }
}

const allOf = async (listing: Listing): Promise<ListedRepository[]> => {
  const pages = await Promise.all(listing.marks.map((_, index) => listing.page(index + 1)))
  return pages.flat()
}

interface Place extends AsyncDisposable {
  source: RepositorySource
  add(name: string, files: Record<string, string>): Promise<void>
  /** Takes it away; the answer puts it back. */
  remove(name: string): Promise<() => Promise<void>>
}

const onGithub = async (): Promise<Place> => {
  const github = await startFakeGithub()
  return {
    source: sourceOf(github, { token: github.token }),
    add: async (name, files) => void github.repositories.add(name, { files }),
    remove: async (name) => {
      const removed = github.repositories.remove(name)
      return async () => github.repositories.restore(removed)
    },
    [Symbol.asyncDispose]: () => github.close(),
  }
}

const sourceOf = (github: FakeGithub, auth: Parameters<typeof createGithubSource>[0]['auth']) =>
  createGithubSource({ auth, org: github.repositories.org, apiUrl: github.root, clock: systemClock, log })

const onThisMachine = async (): Promise<Place> => {
  const folder = await createScratchFolder()
  const forge = createLocalForge({ dataDir: folder.path, log })
  return {
    source: createLocalSource({ dataDir: folder.path }),
    add: async (name, files) => {
      const repository = await forge.ensureRepository({ name, description: '' })
      const dir = join(folder.path, 'trees', name)
      const tree = await forge.checkout({ repository, branch: 'main', dir })
      for (const [path, text] of Object.entries(files)) await writeFile(join(dir, path), text)
      await tree.commit({ message: 'Files' })
      await tree.push()
    },
    remove: async (name) => {
      const place = join(folder.path, 'forge', `${name}.git`)
      await rename(place, join(folder.path, `${name}-aside`))
      return () => rename(join(folder.path, `${name}-aside`), place)
    },
    [Symbol.asyncDispose]: folder[Symbol.asyncDispose],
  }
}

describe.each([
  ['GitHub', onGithub],
  ['this machine', onThisMachine],
])('the repositories of %s', (_name, open) => {
  let place: Place
  beforeEach(async () => {
    place = await open()
  })
  afterEach(() => place[Symbol.asyncDispose]())

  test('are listed, and each is found again by what tells it from others', async () => {
    await place.add('blog', {})
    await place.add('shop', {})
    const listing = await place.source.listRepositories(createMemory(), signal)
    const listed = await allOf(listing)
    expect(listed.map(({ name }) => name).sort()).toEqual(['blog', 'shop'])
    expect((await listing.identities()).size).toBe(2)
    for (const repository of listed)
      expect(await place.source.lookUp(repository, signal)).toEqual({ state: 'there', repository })
  })

  test('are none when there are none', async () => {
    const listing = await place.source.listRepositories(createMemory(), signal)
    expect(await allOf(listing)).toEqual([])
  })

  test('one that is taken away is gone, and there again once it is back', async () => {
    await place.add('blog', {})
    await place.add('shop', {})
    const memory = createMemory()
    const [blog] = await allOf(await place.source.listRepositories(memory, signal))
    if (!blog) throw new Error('no repository')
    const putBack = await place.remove('blog')
    const names = (await allOf(await place.source.listRepositories(memory, signal))).map(({ name }) => name)
    expect(names).toEqual(['shop'])
    expect(await place.source.lookUp(blog, signal)).toEqual({ state: 'gone' })
    await putBack()
    expect(await place.source.lookUp(blog, signal)).toMatchObject({ state: 'there' })
  })

  test('a file of theirs is read, and one that is not there is none', async () => {
    await place.add('blog', { '.env.example': 'TOKEN=\n' })
    const [blog] = await allOf(await place.source.listRepositories(createMemory(), signal))
    if (!blog) throw new Error('no repository')
    expect(await place.source.readFile(blog, '.env.example', signal)).toBe('TOKEN=\n')
    expect(await place.source.readFile(blog, 'missing.txt', signal)).toBeUndefined()
  })
})

describe('as a GitHub App', () => {
  test('the organisation is listed with the token of its installation, which is asked for once', async () => {
    await using github = await startFakeGithub()
    github.repositories.add('blog')
    const { appId, privateKey, tokens } = github.app
    const source = sourceOf(github, { appId, privateKey })
    for (let i = 0; i < 3; i++)
      expect(await allOf(await source.listRepositories(createMemory(), signal))).toMatchObject([
        { name: 'blog' },
      ])
    expect([...tokens]).toEqual(['ghs_1'])
    expect(
      github.requests.map(({ path }) => path).filter((path) => path.endsWith('/installation')),
    ).toHaveLength(1)
  })

  test('that is not installed there says so', async () => {
    await using github = await startFakeGithub()
    github.app.isInstalled = false
    const { appId, privateKey } = github.app
    await expect(
      sourceOf(github, { appId, privateKey }).listRepositories(createMemory(), signal),
    ).rejects.toMatchObject({
      code: 'misconfigured',
      message: 'the GitHub App 4321 is not installed in acme',
    })
  })
})

test('an organisation that is not there says so', async () => {
  await using github = await startFakeGithub()
  const source = createGithubSource({
    auth: { token: github.token },
    org: 'acne',
    apiUrl: github.root,
    clock: systemClock,
    log,
  })
  await expect(source.listRepositories(createMemory(), signal)).rejects.toMatchObject({
    code: 'misconfigured',
    message: expect.stringContaining('acne'),
  })
})
