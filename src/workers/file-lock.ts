import { randomBytes } from 'node:crypto'
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Clock } from '../clock.ts'
import { AppError } from '../errors.ts'
import { identify, isAlive, type ProcessIdentity } from './process-table.ts'

const RETRY_MS = 20
const JITTER_MS = 30
const CLAIM = /^(\d+)-(\d+)-([0-9a-f-]{36})-[0-9a-f]{8}$/

export interface FileLock extends AsyncDisposable {
  release(): Promise<void>
}

export interface FileLockOptions {
  /** A folder of the lock's own; made when missing. */
  folder: string
  clock: Clock
  /** How long to wait for another holder. */
  waitMs: number
}

/**
 * A lock between processes of this machine, and between tasks of one process, that a killed holder does not keep.
 *
 * Each contender puts a file named after its process into the folder, then looks: it holds the lock when no other
 * living contender is there, else takes its file back and tries again. Since everybody writes before looking, two
 * can never both see themselves alone; and a file of a dead process can be removed without asking, because no
 * other process ever uses its name.
 *
 * @throws AppError conflict when others held it all the time.
 */
export const acquireFileLock = async ({ folder, clock, waitMs }: FileLockOptions): Promise<FileLock> => {
  await mkdir(folder, { recursive: true })
  const deadline = clock.now().getTime() + waitMs
  for (;;) {
    const claim = await putClaim(folder)
    if (await isAlone(folder, claim)) {
      const release = () => rm(join(folder, claim), { force: true })
      return { release, [Symbol.asyncDispose]: release }
    }
    await rm(join(folder, claim), { force: true })
    if (clock.now().getTime() >= deadline)
      throw new AppError('conflict', `Something else is at work in ${folder}.`)
    await clock.sleep(RETRY_MS + Math.random() * JITTER_MS)
  }
}

const putClaim = async (folder: string): Promise<string> => {
  const self = identify(process.pid)
  if (!self) throw new AppError('internal', 'This process does not find itself in /proc.')
  const claim = `${self.pid}-${self.startTime}-${self.bootId}-${randomBytes(4).toString('hex')}`
  await writeFile(join(folder, claim), '', { flag: 'wx' })
  return claim
}

const isAlone = async (folder: string, claim: string): Promise<boolean> => {
  let alone = true
  for (const name of await readdir(folder)) {
    const holder = holderOf(name)
    if (name === claim || !holder) continue
    if (isAlive(holder)) alone = false
    else await rm(join(folder, name), { force: true })
  }
  return alone
}

const holderOf = (name: string): ProcessIdentity | undefined => {
  const [, pid, startTime, bootId] = CLAIM.exec(name) ?? []
  return pid && startTime && bootId ? { pid: Number(pid), startTime, bootId } : undefined
}
