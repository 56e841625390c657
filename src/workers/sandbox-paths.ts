import { basename, relative, sep } from 'node:path'
import type { SandboxPolicy } from './sandbox-policy.ts'

export interface SandboxMount {
  host: string
  inside: string
  writable: boolean
}

const PROJECT = '/project'

/**
 * Where the folders of a policy stand inside bubblewrap: the work at /project, the rest below /mnt, so that
 * nothing inside tells how prorab's own folders are named. Parents come before what lies in them.
 */
export const mountsOf = ({ cwd, writable = [], readable = [] }: SandboxPolicy): SandboxMount[] => {
  const mounts: SandboxMount[] = [{ host: cwd, inside: PROJECT, writable: writable.includes(cwd) }]
  for (const host of new Set([...writable, ...readable])) {
    if (host === cwd) continue
    const inside = isWithin(cwd, host)
      ? `${PROJECT}/${relative(cwd, host)}`
      : `/mnt/${mounts.length}-${basename(host)}`
    mounts.push({ host, inside, writable: writable.includes(host) })
  }
  return mounts.sort((a, b) => a.inside.length - b.inside.length)
}

/** The value, with a host path of a mount replaced by its path inside; anything else as it is. */
export const insidePath = (mounts: readonly SandboxMount[], value: string): string => {
  const mount = mounts.findLast(({ host }) => isWithin(host, value))
  return mount ? mount.inside + value.slice(mount.host.length) : value
}

export const isWithin = (folder: string, path: string): boolean =>
  path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep)
