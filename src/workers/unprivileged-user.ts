import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { lstat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { promisify } from 'node:util'
import type { SandboxPolicy } from './sandbox-policy.ts'

const run = promisify(execFile)

/** A range that neither distributions, systemd nor containers give to anybody. */
const FIRST_UID = 0x7000_0000
const UIDS = 0x0f00_0000

/**
 * The user a program runs as when prorab is root. Each folder has its own, so that programs cannot signal each
 * other and the limit on processes counts one program's only.
 */
export const unprivilegedUser = ({ cwd, writable }: SandboxPolicy): number => {
  const hash = createHash('sha256')
    .update(writable?.[0] ?? cwd)
    .digest()
  return FIRST_UID + (hash.readUInt32BE(0) % UIDS)
}

/**
 * As root: makes the policy's folders usable for its user. Writable ones change their owner, the others become
 * readable for everybody who can reach them; a closed folder above keeps the rest of the machine out.
 */
export const handOver = async (policy: SandboxPolicy): Promise<void> => {
  const uid = unprivilegedUser(policy)
  const writable = policy.writable ?? []
  const readable = [policy.cwd, ...(policy.readable ?? [])].filter((path) => !writable.includes(path))
  // coreutils walk by directory handles: a link put in their way does not lead them out of the folder.
  if (readable.length > 0) await run('chmod', ['-R', 'o+rX', '--', ...readable])
  if (writable.length > 0) await run('chown', ['-R', '-h', '-P', `${uid}:${uid}`, '--', ...writable])
}

/** Whether a user without any rights gets to a folder: it and every folder above let others through. */
export const reachableByOthers = async (folder: string): Promise<boolean> => {
  const { mode } = await lstat(folder)
  if ((mode & 0o001) === 0) return false
  return folder === '/' ? true : reachableByOthers(dirname(folder))
}
