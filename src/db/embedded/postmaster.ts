import { execFile } from 'node:child_process'
import { readFile, realpath } from 'node:fs/promises'
import { platform } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** What a running server says of itself in `postmaster.pid`. */
export interface Postmaster {
  pid: number
  port: number
  ready: boolean
}

/** @see https://www.postgresql.org/docs/current/storage-file-layout.html, `postmaster.pid` */
export const readPostmaster = async (pgdata: string): Promise<Postmaster | undefined> => {
  const text = await readFile(join(pgdata, 'postmaster.pid'), 'utf8').catch(() => '')
  const lines = text.split('\n')
  const [pid, port] = [Number(lines[0]), Number(lines[3])]
  return pid > 0 && port > 0 ? { pid, port, ready: lines[7]?.trim() === 'ready' } : undefined
}

/**
 * Whether that process really is the server of this folder. After a reboot, or in a new container, the id in the
 * file may belong to anything.
 */
export const isServerOf = async (pid: number, pgdata: string): Promise<boolean> => {
  try {
    if (platform() === 'linux') {
      const command = (await readFile(`/proc/${pid}/cmdline`, 'utf8')).split('\0')
      return command.includes(pgdata) && (await realpath(`/proc/${pid}/cwd`)) === pgdata
    }
    return (await run('ps', ['-p', String(pid), '-o', 'args='])).stdout.includes(pgdata)
  } catch {
    return false
  }
}
