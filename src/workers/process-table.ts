import { readdirSync, readFileSync } from 'node:fs'
import type { Clock } from '../clock.ts'

/**
 * Who a process is, beyond its number: numbers are used again, a number together with its start time and the
 * machine's boot is not. Kept in files, so that no later process is ever signalled by mistake.
 */
export interface ProcessIdentity {
  pid: number
  /** Clock ticks after boot, field 22 of /proc/<pid>/stat. */
  startTime: string
  bootId: string
}

export interface ProcessEntry extends ProcessIdentity {
  parent: number
  name: string
  /** Bytes of memory resident. */
  rss: number
}

const PAGE_BYTES = 4096
const GONE_POLL_MS = 20
const GONE_POLLS = 100

/** The process as it runs now; undefined when there is none, or only its zombie. Linux only. */
export const identify = (pid: number): ProcessEntry | undefined => {
  try {
    return parseStat(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return undefined
  }
}

export const isAlive = ({ pid, startTime, bootId }: ProcessIdentity): boolean => {
  const now = identify(pid)
  return now?.startTime === startTime && now.bootId === bootId
}

/** @returns false when that process is gone, whoever has its number now. */
export const signalIfSame = (identity: ProcessIdentity, signal: NodeJS.Signals): boolean => {
  if (!isAlive(identity)) return false
  try {
    process.kill(identity.pid, signal)
    return true
  } catch {
    return false
  }
}

/** The process and all its descendants, parents first. Orphans inside a pid namespace stay below its init. */
export const processTree = (root: ProcessIdentity): ProcessEntry[] => {
  const children = Map.groupBy(allProcesses(), (entry) => entry.parent)
  const first = identify(root.pid)
  if (!first || first.startTime !== root.startTime) return []
  const tree = [first]
  for (const entry of tree) tree.push(...(children.get(entry.pid) ?? []))
  return tree
}

/** Kills a process and everything below it. They may take a moment to be gone: see `endTree`. */
export const killTree = (root: ProcessIdentity): ProcessIdentity[] => {
  const tree = processTree(root)
  for (const entry of tree) signalIfSame(entry, 'SIGKILL')
  return tree
}

/** Kills a process and everything below it, and waits until they are gone and their ports are free. */
export const endTree = async (root: ProcessIdentity, clock: Clock): Promise<void> => {
  const tree = killTree(root)
  for (let i = 0; i < GONE_POLLS && tree.some(isAlive); i++) await clock.sleep(GONE_POLL_MS)
}

const allProcesses = (): ProcessEntry[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => identify(Number(name)) ?? [])

/** The name may hold spaces and parentheses, so fields are counted from the last parenthesis. */
const parseStat = (stat: string): ProcessEntry | undefined => {
  const end = stat.lastIndexOf(')')
  const fields = stat.slice(end + 2).split(' ')
  const [state, parent, startTime, rssPages] = [fields[0], fields[1], fields[19], fields[21]]
  if (!startTime || state === 'Z' || state === 'X') return undefined
  return {
    pid: Number.parseInt(stat, 10),
    startTime,
    bootId: currentBootId(),
    parent: Number(parent),
    name: stat.slice(stat.indexOf('(') + 1, end),
    rss: Number(rssPages) * PAGE_BYTES,
  }
}

let bootId: string | undefined
const currentBootId = (): string => {
  bootId ??= readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
  return bootId
}
