import { folderSize } from './folder-size.ts'
import { type ProcessIdentity, processTree } from './process-table.ts'
import type { SandboxLimits } from './sandbox-policy.ts'

const MB = 1024 * 1024
/** For a run that may last seconds; whoever watches for days looks less often. */
const WATCH_INTERVAL_MS = 100
/** Measuring folders costs more than looking at processes. */
const DISK_EVERY = 5

export type ExceededLimit = 'memory' | 'disk' | 'processes'

/**
 * Looks after what the kernel does not limit for a whole tree of processes: its resident memory, its number where
 * no limit of the kernel holds, and the size of the folders it may write. `onExceed` is called at most once.
 * @returns stops watching.
 */
export const watchLimits = (
  root: ProcessIdentity,
  limits: SandboxLimits,
  onExceed: (limit: ExceededLimit) => void,
  intervalMs = WATCH_INTERVAL_MS,
): (() => void) => {
  let stopped = false
  let round = 0
  const look = async () => {
    const exceeded =
      processesOver(root, limits) ?? (round++ % DISK_EVERY === 0 ? await diskOver(limits) : undefined)
    if (stopped) return
    if (!exceeded) timer = setTimeout(look, intervalMs)
    else onExceed(exceeded)
  }
  let timer = setTimeout(look, intervalMs)
  return () => {
    stopped = true
    clearTimeout(timer)
  }
}

/** Also asked once after the end: a program may fill its folders faster than anybody looks. */
export const diskOver = async ({ writable, diskMb }: SandboxLimits): Promise<'disk' | undefined> =>
  writable.length > 0 && (await folderSize(writable)) > diskMb * MB ? 'disk' : undefined

const processesOver = (root: ProcessIdentity, limits: SandboxLimits): ExceededLimit | undefined => {
  const tree = processTree(root)
  if (tree.length > limits.processes) return 'processes'
  return tree.reduce((sum, { rss }) => sum + rss, 0) > limits.memoryMb * MB ? 'memory' : undefined
}
