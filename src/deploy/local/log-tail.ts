import { open } from 'node:fs/promises'
import { join } from 'node:path'

/** More than a chat can show, little enough to read at once. */
const MAX_TAIL_BYTES = 256 * 1024

/** The newest lines of a folder written by `createRotatingLog`, from the last two files. */
export const logTail = async (folder: string, lines: number): Promise<string> => {
  const current = await endOf(join(folder, 'current.log'))
  const older = current.split('\n').length > lines ? '' : await endOf(join(folder, '1.log'))
  const all = `${older}${current}`.replace(/\n$/, '').split('\n')
  return all.slice(-lines).join('\n')
}

const endOf = async (path: string): Promise<string> => {
  try {
    await using file = await open(path)
    const { size } = await file.stat()
    const length = Math.min(size, MAX_TAIL_BYTES)
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, size - length)
    return buffer.subarray(0, bytesRead).toString('utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return ''
    throw error
  }
}
