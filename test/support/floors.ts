import { dirname, join, normalize } from 'node:path/posix'

/**
 * The floors of the house, from the ground up. A file may import from its own floor and from those below; what is
 * not listed is a plain helper that everybody may use and that knows nobody.
 */
const FLOORS: [floor: number, ...rooms: string[]][] = [
  [1, 'db'],
  [2, 'domain'],
  [3, 'workers', 'forges', 'deploy'],
  [4, 'bots', 'graph', 'jobs', 'http'],
  [5, 'app', 'app.ts'],
  [6, 'cli'],
  [7, 'main.ts'],
]

const MAX_LINES = 250
const READS_ENVIRONMENT = ['config.ts', 'main.ts']
const RESUMES_GRAPHS = 'graph/runner.ts'
/** Holds the text of programs that prorab writes, which read an environment of their own. */
const PROGRAM_TEXTS = 'graph/models/offline/kinds/'

/**
 * What the design forbids, one line each.
 * @param files the text of every file in src, by its path from there.
 */
export const findBreaches = (files: ReadonlyMap<string, string>): string[] =>
  [...files].flatMap(([path, text]) => [
    ...importsOf(text).flatMap((statement) => breachesOfImport(path, statement, files)),
    ...breachesOfText(path, text),
  ])

const breachesOfImport = (
  path: string,
  { names, from }: ImportStatement,
  files: ReadonlyMap<string, string>,
) => {
  const breaches: string[] = []
  const target = from.startsWith('.') ? normalize(join(dirname(path), from)) : undefined
  if (target !== undefined && files.has(target)) {
    if (floorOf(target) > floorOf(path)) breaches.push(`${path} imports upwards: ${target}`)
    const rooms = [roomOf(path), roomOf(target)].sort().join()
    if (rooms === 'bots,graph') breaches.push(`${path} imports ${target}: bots and graph meet in domain`)
  }
  if (from.startsWith('drizzle-orm') && floorOf(path) > 2) breaches.push(`${path} speaks SQL above domain`)
  if (from === '@langchain/langgraph' && /\bCommand\b/.test(names) && path !== RESUMES_GRAPHS)
    breaches.push(`${path} imports Command: only ${RESUMES_GRAPHS} resumes graphs`)
  return breaches
}

const breachesOfText = (path: string, text: string) => {
  const breaches: string[] = []
  const lines = text.trimEnd().split('\n').length
  if (lines > MAX_LINES) breaches.push(`${path} has ${lines} lines, more than ${MAX_LINES}`)
  if (/\bprocess\.env\b/.test(text) && !READS_ENVIRONMENT.includes(path) && !path.startsWith(PROGRAM_TEXTS))
    breaches.push(`${path} reads process.env: take what you need from Config`)
  return breaches
}

interface ImportStatement {
  names: string
  from: string
}

const importsOf = (text: string): ImportStatement[] =>
  [
    ...text.matchAll(/^(?:import|export)\s([^'"`;]*?)\bfrom\s+'([^']+)'/gm),
    ...text.matchAll(/^import()\s+'([^']+)'/gm),
    ...text.matchAll(/\bimport(\()'([^']+)'\)/g),
  ].map(([, names = '', from = '']) => ({ names, from }))

const roomOf = (path: string) => path.split('/')[0] ?? path

const floorOf = (path: string) => FLOORS.find(([, ...rooms]) => rooms.includes(roomOf(path)))?.[0] ?? 0
