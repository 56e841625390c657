import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

/**
 * Memory in use by the one process whose command line has the words, among those that `ancestor` started.
 * @throws Error when there is not exactly one.
 */
export const residentMegabytes = async (ancestor: number, words: string): Promise<number> => {
  const { stdout } = await promisify(execFile)('ps', ['-A', '-o', 'pid=,ppid=,rss=,args='])
  const processes = stdout.split('\n').flatMap((line) => {
    const [, pid, parent, kilobytes, args] = /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? []
    return args === undefined
      ? []
      : [{ pid: Number(pid), parent: Number(parent), kilobytes: Number(kilobytes), args }]
  })
  const family = new Set([ancestor])
  // A child may stand before its parent in the list.
  for (let size = 0; size < family.size; ) {
    size = family.size
    for (const { pid, parent } of processes) if (family.has(parent)) family.add(pid)
  }
  // npm and the shell it starts carry the same words.
  const found = processes.filter(
    ({ pid, args }) => family.has(pid) && /^\S*node /.test(args) && args.includes(words),
  )
  const [one] = found
  if (!one || found.length > 1) throw new Error(`${found.length} processes run ${words}`)
  return one.kilobytes / 1024
}
