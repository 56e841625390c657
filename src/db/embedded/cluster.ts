import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chmod, chown, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { z } from 'zod'
import { AppError } from '../../errors.ts'
import type { Binaries } from './binaries.ts'
import type { ServerOwner } from './owner.ts'
import { prepareSharedDir, SHARED_DIR } from './shared-dir.ts'

const run = promisify(execFile)

export const DATABASE_USER = 'prorab'

/** A database cluster on disk: `home` belongs to the server's owner, `pgdata` in it exists only when complete. */
export interface Cluster {
  home: string
  pgdata: string
  logFile: string
  password: string
}

/** `complete` is false until the first start has made the database. */
const record = z.object({ home: z.string(), password: z.string(), complete: z.boolean() })

/**
 * The cluster of a data folder, made on first use. It lies in `<dataDir>/postgres`; when prorab runs as root and a
 * folder on the way is closed to the `postgres` user, under /var/lib/prorab instead. `<dataDir>/postgres.json`
 * (0600) records which, and the password.
 *
 * Nothing half-made is left behind when it cannot be made.
 *
 * @throws AppError `misconfigured` when the record is damaged or its database gone; what the system refuses, as it is.
 */
export const openCluster = async (options: {
  dataDir: string
  binaries: Binaries
  owner: ServerOwner
  durable: boolean
  sharedDir?: string
}): Promise<Cluster> => {
  const { dataDir, owner } = options
  const recordFile = recordFileOf(dataDir)
  const known = await readRecord(recordFile)
  const { home, password } = known ?? {
    home: await chooseHome(dataDir, owner, options.sharedDir ?? SHARED_DIR),
    password: randomBytes(24).toString('base64url'),
  }
  const cluster = clusterIn(home, password)
  const present = await exists(cluster.pgdata)
  if (known?.complete && present) return cluster
  if (known?.complete) throw databaseGone(recordFile, home)

  if (!present) {
    await mkdir(home, { recursive: true, mode: 0o700 })
    if (owner.uid !== undefined && owner.gid !== undefined) await chown(home, owner.uid, owner.gid)
    await writeRecord(recordFile, { home, password, complete: false })
    await initialise(cluster, options)
  }
  await writeRecord(recordFile, { home, password, complete: true })
  return cluster
}

/** The cluster that a data folder records, complete or not. */
export const findCluster = async (dataDir: string): Promise<Cluster | undefined> => {
  const known = await readRecord(recordFileOf(dataDir))
  return known && clusterIn(known.home, known.password)
}

const clusterIn = (home: string, password: string): Cluster => ({
  home,
  password,
  pgdata: join(home, 'data'),
  logFile: join(home, 'server.log'),
})

export const recordFileOf = (dataDir: string) => join(dataDir, 'postgres.json')

/** By rename: a full disk or a kill must not leave half a password. */
const writeRecord = async (file: string, content: z.infer<typeof record>) => {
  const staging = `${file}.new`
  await writeFile(staging, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600, flush: true })
  await rename(staging, file)
}

const databaseGone = (recordFile: string, home: string) =>
  new AppError(
    'misconfigured',
    `The database of this data folder was kept in ${home} and is no longer there. ` +
      `Restore it from a backup, or remove ${recordFile} to start with an empty one.`,
  )

/** A prorab that was killed a moment ago may have left an initdb that still writes: then the next start clears up. */
const clearLeftovers = async (home: string) => {
  for (const name of await readdir(home))
    if (name.startsWith('init-')) await rm(join(home, name), { recursive: true, force: true }).catch(() => {})
}

const readRecord = async (file: string) => {
  const text = await readFile(file, 'utf8').catch(() => undefined)
  if (text === undefined) return undefined
  try {
    return record.parse(JSON.parse(text))
  } catch (cause) {
    throw new AppError(
      'misconfigured',
      `${file} is damaged: it holds the place and the password of the database. ` +
        'Restore it from a backup, or move the data folder away to start afresh.',
      { cause },
    )
  }
}

const chooseHome = async (dataDir: string, owner: ServerOwner, sharedDir: string): Promise<string> => {
  const inside = join(dataDir, 'postgres')
  if (owner.uid === undefined || owner.gid === undefined) return inside
  if (!(await canEnterAll(dirname(dataDir), owner))) {
    const clusters = join(sharedDir, 'clusters')
    await prepareSharedDir(sharedDir)
    await prepareSharedDir(clusters)
    return join(clusters, `${basename(dataDir).replace(/^\.+/, '')}-${randomBytes(6).toString('hex')}`)
  }

  // A private data folder lets the server's group through, and nobody else.
  const { mode } = await stat(dataDir)
  if (!canEnter(await stat(dataDir), owner)) {
    await chown(dataDir, 0, owner.gid)
    await chmod(dataDir, (mode & 0o707) | 0o010)
  }
  return inside
}

const canEnterAll = async (path: string, owner: ServerOwner): Promise<boolean> =>
  canEnter(await stat(path), owner) && (dirname(path) === path || (await canEnterAll(dirname(path), owner)))

const canEnter = (folder: { uid: number; gid: number; mode: number }, owner: ServerOwner): boolean => {
  if (folder.uid === owner.uid) return (folder.mode & 0o100) !== 0
  if (folder.gid === owner.gid) return (folder.mode & 0o010) !== 0
  return (folder.mode & 0o001) !== 0
}

const initialise = async (
  { home, pgdata, password }: Cluster,
  { binaries, owner, durable }: { binaries: Binaries; owner: ServerOwner; durable: boolean },
) => {
  await clearLeftovers(home)
  const staging = join(home, `init-${randomBytes(4).toString('hex')}`)
  const passwordFile = `${staging}.password`
  try {
    await writeFile(passwordFile, password, { mode: 0o600 })
    if (owner.uid !== undefined && owner.gid !== undefined) await chown(passwordFile, owner.uid, owner.gid)
    await run(
      binaries.initdb,
      [
        `--pgdata=${staging}`,
        `--username=${DATABASE_USER}`,
        `--pwfile=${passwordFile}`,
        '--auth=scram-sha-256',
        '--encoding=UTF8',
        // Postgres' own provider: the same order and letter case on every machine, whatever locales it has.
        '--locale=C',
        '--locale-provider=builtin',
        '--builtin-locale=C.UTF-8',
        '--no-instructions',
        ...(durable ? [] : ['--no-sync']),
      ],
      { ...owner, cwd: '/', env: { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' } },
    )
    await rename(staging, pgdata)
  } finally {
    await rm(passwordFile, { force: true })
    await rm(staging, { recursive: true, force: true })
  }
}

const exists = (path: string) =>
  stat(path).then(
    () => true,
    () => false,
  )
