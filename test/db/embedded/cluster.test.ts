import { chmod, chown, lstat, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { findBinaries } from '../../../src/db/embedded/binaries.ts'
import { openCluster } from '../../../src/db/embedded/cluster.ts'
import { asDataDirProblem } from '../../../src/db/embedded/failure.ts'
import { serverOwner } from '../../../src/db/embedded/owner.ts'
import { createScratchFolder } from '../../support/scratch.ts'

let folder: Awaited<ReturnType<typeof createScratchFolder>>
beforeEach(async () => {
  folder = await createScratchFolder()
})
afterEach(() => folder[Symbol.asyncDispose]())

const script = async (name: string, text: string) => {
  const path = join(folder.path, name)
  await writeFile(path, `#!/bin/sh\n${text}\n`)
  await chmod(path, 0o755)
  return path
}

/** Its first argument is `--pgdata=…`. */
const PGDATA = 'dir=$(echo "$1" | cut -d= -f2); mkdir -p "$dir"'

test('a disk that fills up during the first start leaves nothing behind, and the next start succeeds', async () => {
  const dataDir = join(folder.path, 'data')
  await mkdir(dataDir)
  const full = await script(
    'initdb',
    `${PGDATA}; echo x > "$dir/half"; echo "write: No space left on device" >&2; exit 1`,
  )
  const options = { dataDir, owner: await serverOwner(), durable: false }

  const failure = await openCluster({ ...options, binaries: { initdb: full, postgres: full } }).catch(
    (error) => error,
  )
  expect(asDataDirProblem(failure, dataDir)).toMatchObject({
    code: 'misconfigured',
    message: expect.stringMatching(/disk that holds .* is full.*Free about/),
  })
  expect(await readdir(join(dataDir, 'postgres'))).toEqual([])

  const { pgdata } = await openCluster({ ...options, binaries: await findBinaries(options.owner) })
  expect((await readFile(join(pgdata, 'PG_VERSION'), 'utf8')).trim()).toBe('18')
})

test('what a start that was killed half-way left behind is cleared away', async () => {
  const dataDir = join(folder.path, 'data')
  await mkdir(join(dataDir, 'postgres/init-dead'), { recursive: true })
  const owner = await serverOwner()
  if (owner.uid !== undefined) await chown(join(dataDir, 'postgres'), owner.uid, Number(owner.gid))
  await openCluster({ dataDir, owner, durable: false, binaries: await findBinaries(owner) })
  expect(await readdir(join(dataDir, 'postgres'))).toEqual(['data'])
})

test('a damaged record of the database is an error, never a reason for a new empty database', async () => {
  await writeFile(join(folder.path, 'postgres.json'), '{"home":')
  const owner = await serverOwner()
  const opening = openCluster({
    dataDir: folder.path,
    owner,
    durable: false,
    binaries: await findBinaries(owner),
  })
  await expect(opening).rejects.toMatchObject({
    code: 'misconfigured',
    message: expect.stringContaining('damaged'),
  })
  expect(await readdir(folder.path)).toEqual(['postgres.json'])
})

test('a database that has gone missing is an error, and one whose first start was cut short is not', async () => {
  const owner = await serverOwner()
  const options = { dataDir: folder.path, owner, durable: false, binaries: await findBinaries(owner) }
  const recordFile = join(folder.path, 'postgres.json')
  await writeFile(
    recordFile,
    JSON.stringify({ home: join(folder.path, 'postgres'), password: 'x', complete: false }),
  )
  const { pgdata } = await openCluster(options)
  expect(JSON.parse(await readFile(recordFile, 'utf8'))).toMatchObject({ password: 'x', complete: true })

  await rm(pgdata, { recursive: true })
  await expect(openCluster(options)).rejects.toMatchObject({
    code: 'misconfigured',
    message: expect.stringContaining('no longer there'),
  })
})

describe.skipIf(process.getuid?.() !== 0)('for root, who lends the server to the postgres user', () => {
  const open = async (dataDir: string, sharedDir = join(folder.path, 'shared')) => {
    const owner = await serverOwner()
    return openCluster({ dataDir, sharedDir, owner, durable: false, binaries: await findBinaries(owner) })
  }

  test('a private data folder lets the server through and still nobody else', async () => {
    const dataDir = join(folder.path, 'data')
    await mkdir(dataDir, { mode: 0o700 })
    const { home } = await open(dataDir)
    const owner = await serverOwner()
    expect(home).toBe(join(dataDir, 'postgres'))
    expect(await stat(dataDir)).toMatchObject({ uid: 0, gid: owner.gid })
    expect((await stat(dataDir)).mode & 0o777).toBe(0o710)
  })

  test('a data folder in a closed home keeps its database elsewhere, and finds it again', async () => {
    const dataDir = join(folder.path, 'home/.prorab')
    await mkdir(dataDir, { recursive: true })
    await chmod(join(folder.path, 'home'), 0o700)
    const first = await open(dataDir)
    expect(first.home).toMatch(new RegExp(`^${folder.path}/shared/clusters/prorab-[0-9a-f]{12}$`))
    expect(await open(dataDir)).toEqual(first)
    expect((await stat(join(folder.path, 'home'))).mode & 0o777).toBe(0o700)
  })
})

describe.skipIf(process.getuid?.() !== 0)(
  'binaries in a checkout that the postgres user cannot enter',
  () => {
    /** The packaged binaries as if they lay in root's closed home. */
    const closedCheckout = async () => {
      const native = join(folder.path, 'home/checkout/native')
      await mkdir(join(native, 'bin'), { recursive: true })
      await writeFile(join(native, '../package.json'), '{"version":"1.2.3"}')
      for (const name of ['initdb', 'postgres']) {
        await writeFile(join(native, 'bin', name), '#!/bin/sh\necho fake\n')
        await chmod(join(native, 'bin', name), 0o700)
      }
      await chmod(join(folder.path, 'home'), 0o700)
      return { initdb: join(native, 'bin/initdb'), postgres: join(native, 'bin/postgres') }
    }

    test('are copied once, readable by all and writable by root alone', async () => {
      const packaged = await closedCheckout()
      const sharedDir = join(folder.path, 'shared')
      const owner = await serverOwner()
      const [one, other] = await Promise.all([
        findBinaries(owner, { packaged, sharedDir }),
        findBinaries(owner, { packaged, sharedDir }),
      ])
      expect(one).toEqual(other)
      expect(one.initdb).toMatch(/shared\/postgres-1\.2\.3-[\w-]+\/bin\/initdb$/)
      expect(await readdir(sharedDir)).toHaveLength(1)
      expect((await lstat(one.initdb)).mode & 0o777).toBe(0o755)
    })

    test('are not taken from a folder that somebody else could have written', async () => {
      const packaged = await closedCheckout()
      const sharedDir = join(folder.path, 'shared')
      await mkdir(sharedDir)
      await chmod(sharedDir, 0o777)
      const finding = findBinaries(await serverOwner(), { packaged, sharedDir })
      await expect(finding).rejects.toMatchObject({
        code: 'misconfigured',
        message: expect.stringContaining('nobody else may write'),
      })
    })

    test('that do not run at all are reported with how to repair them', async () => {
      const broken = await script(
        'initdb',
        'echo "error while loading shared libraries: libpq.so.5" >&2; exit 127',
      )
      const finding = findBinaries(await serverOwner(), { packaged: { initdb: broken, postgres: broken } })
      await expect(finding).rejects.toMatchObject({
        code: 'misconfigured',
        message: expect.stringContaining('npm rebuild'),
      })
    })
  },
)
