import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { systemClock } from '../../src/clock.ts'
import { serviceFiles } from '../../src/deploy/local/service-folder.ts'
import type { Forge, RepositoryRef } from '../../src/forges/forge.ts'
import { createLocalForge } from '../../src/forges/local.ts'
import { findRemains, hasLocalRepository, reviveRepository } from '../../src/forges/revive-local.ts'
import { createLog } from '../../src/log.ts'
import { createScratchFolder } from '../support/scratch.ts'

let folder: Awaited<ReturnType<typeof createScratchFolder>>
let forge: Forge
let repository: RepositoryRef
const options = () => ({ dataDir: folder.path, clock: systemClock })
const lost = (more: Partial<Parameters<typeof findRemains>[1]> = {}) => ({
  name: 'shop',
  workTrees: [],
  release: undefined,
  ...more,
})

beforeEach(async () => {
  folder = await createScratchFolder()
  forge = createLocalForge({ dataDir: folder.path, log: createLog({ level: 'silent' }) })
  repository = await forge.ensureRepository({ name: 'shop', description: 'Sells.' })
})
afterEach(() => folder[Symbol.asyncDispose]())

const removeRepository = () => rm(join(folder.path, 'forge', 'shop.git'), { recursive: true })
const mainIs = async (dir: string) => (await forge.exportTree({ repository, ref: 'main', dir })).sha
const leaveRelease = async (version: string) => {
  const release = join(serviceFiles(join(folder.path, 'services', 'shop')).releases, version)
  await mkdir(join(release, '.git'), { recursive: true })
  await writeFile(join(release, '.gitignore'), 'server.js\n')
  await writeFile(join(release, 'server.js'), 'serve()\n')
}

describe('a repository of this machine that is gone', () => {
  test('is made anew from the work tree fetched last, with its history and branches', async () => {
    const dir = join(folder.path, 'work', 'one')
    const tree = await forge.checkout({ repository, branch: 'run/1', dir })
    await writeFile(join(dir, 'server.js'), 'serve()\n')
    await tree.commit({ message: 'Serve' })
    await tree.push()
    await forge.merge({ repository, branch: 'run/1', message: 'Merge' })
    const later = join(folder.path, 'work', 'two')
    await forge.checkout({ repository, branch: 'run/2', dir: later })
    const before = await mainIs(join(folder.path, 'before'))
    await leaveRelease('v1')
    await removeRepository()
    expect(await hasLocalRepository(options(), 'shop')).toBe(false)

    const remains = await findRemains(options(), lost({ workTrees: [dir, later], release: 'v1' }))
    expect(remains?.kind).toBe('work_tree')
    if (remains) await reviveRepository(options(), 'shop', remains)
    expect(await mainIs(join(folder.path, 'after'))).toBe(before)
    expect(await hasLocalRepository(options(), 'shop')).toBe(true)
  })

  test('is made anew from the files of the version that runs, all of them, when no work tree is left', async () => {
    await leaveRelease('v1')
    await removeRepository()
    const remains = await findRemains(options(), lost({ release: 'v1' }))
    expect(remains?.kind).toBe('release')
    if (remains) await reviveRepository(options(), 'shop', remains)
    const tree = await forge.checkout({ repository, branch: 'look', dir: join(folder.path, 'look') })
    expect(await tree.diff('main')).toBe('')
    await writeFile(join(tree.dir, 'server.js'), 'serve(8)\n')
    expect(await tree.diff('main')).toContain('-serve()')
    await expect(
      forge.merge({ repository, branch: 'main', into: 'main', message: 'nothing' }),
    ).resolves.toMatchObject({ merged: false })
  })

  test('stays as somebody else made it meanwhile, and is not made of what is gone, too', async () => {
    await leaveRelease('v1')
    const before = await mainIs(join(folder.path, 'before'))
    const remains = await findRemains(options(), lost({ release: 'v1' }))
    if (!remains) throw new Error('the release is there')
    await reviveRepository(options(), 'shop', remains)
    expect(await mainIs(join(folder.path, 'after'))).toBe(before)
    await removeRepository()
    await rm(remains.path, { recursive: true })
    await expect(reviveRepository(options(), 'shop', remains)).rejects.toMatchObject({ code: 'not_found' })
    expect(await hasLocalRepository(options(), 'shop')).toBe(false)
  })

  test('of which nothing is left, or whose name is none, has no remains', async () => {
    expect(await findRemains(options(), lost())).toBeUndefined()
    expect(await findRemains(options(), lost({ release: 'v9', workTrees: ['/nowhere'] }))).toBeUndefined()
    expect(await findRemains(options(), lost({ name: '../shop', release: 'v1' }))).toBeUndefined()
  })

  test('is made anew by whoever comes after one who died in the middle', async () => {
    await leaveRelease('v1')
    await removeRepository()
    await mkdir(join(folder.path, 'forge', 'locks', 'shop', 'revived.git', 'refs'), { recursive: true })
    const remains = await findRemains(options(), lost({ release: 'v1' }))
    if (remains) await reviveRepository(options(), 'shop', remains)
    expect(await mainIs(join(folder.path, 'after'))).toMatch(/^[0-9a-f]{40}$/)
  })
})
