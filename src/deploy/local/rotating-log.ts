import { closeSync, fstatSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from 'node:fs'
import { dirname, join } from 'node:path'

const MAX_LOG_BYTES = 1024 * 1024
const KEPT_LOGS = 3

export interface RotatingLog {
  write(chunk: Uint8Array | string): void
}

/**
 * Appends to a file; a full one becomes `1.log`, that one `2.log`, and the oldest goes. Written synchronously: a
 * service that floods its log waits for the disk instead of filling the supervisor's memory.
 */
export const createRotatingLog = (
  path: string,
  { maxBytes = MAX_LOG_BYTES, kept = KEPT_LOGS } = {},
): RotatingLog => {
  const folder = dirname(path)
  const older = (n: number) => join(folder, `${n}.log`)
  mkdirSync(folder, { recursive: true })
  let file = openSync(path, 'a', 0o600)
  let size = fstatSync(file).size

  const rotate = () => {
    closeSync(file)
    rmSync(older(kept), { force: true })
    for (let n = kept - 1; n >= 1; n--) renameIfThere(older(n), older(n + 1))
    renameIfThere(path, older(1))
    file = openSync(path, 'a', 0o600)
    size = 0
  }

  return {
    write(chunk) {
      const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk
      try {
        if (size > 0 && size + bytes.length > maxBytes) rotate()
        size += writeSync(file, bytes)
      } catch {
        // A full disk costs log lines, not the service.
      }
    },
  }
}

const renameIfThere = (from: string, to: string) => {
  try {
    renameSync(from, to)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
}
