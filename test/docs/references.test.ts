import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { COMMANDS } from '../../src/bots/commands/index.ts'
import { environment } from '../../src/environment.ts'
import { anchorsOf, codeIn, linksOf, pages, ROOT } from './pages.ts'

const read = (path: string) => readFileSync(join(ROOT, path), 'utf8')
const isThere = (path: string) => existsSync(join(ROOT, path))

/** A path of this repository, as one writes it in a sentence: `src/app.ts`, `test/contract/`, `compose.yaml`. */
const PATH =
  /^(?:(?:src|test|docs|drizzle|bench|\.ci)\/[\w./-]*|[\w.-]+\.(?:ya?ml|json|md)|Dockerfile|\.env\.example)$/
/** Words in capitals stand for names that somebody chooses. */
const PLACEHOLDER = /\b(?:NAME|NNNN)(?:\b|_)/
/** Files of other places: a data folder, a built service. */
const ELSEWHERE = new Set(['desired.json', 'spec.json', 'state.json', 'postgres.json', 'prorab.json'])
/** Slashes that are no commands of ours: addresses, folders, and commands of the platforms themselves. */
const NOT_OURS = new Set(['/newbot', '/setprivacy', '/prorab', '/healthz', '/readyz', '/metrics', '/proc'])
/** Variables that only tests read. */
const FOR_TESTS = new Set(['PRORAB_TEST_REQUIRE_ALL', 'PRORAB_TEST_REDIS_URL', 'PRORAB_CHAOS'])

describe.each(pages())('$path', (page) => {
  const code = codeIn(page.text)

  test('links to files and headings that exist', () => {
    const broken = linksOf(page).filter(
      ({ file, heading }) => !isThere(file) || (heading !== '' && !anchorsOf(read(file)).includes(heading)),
    )
    expect(broken).toEqual([])
  })

  test('names files that exist', () => {
    const named = code.filter((one) => PATH.test(one) && !ELSEWHERE.has(one) && !PLACEHOLDER.test(one))
    expect(named.filter((path) => !isThere(path))).toEqual([])
  })

  test('names npm scripts and prorab commands that exist', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> }
    const all = code.join('\n')
    const unknownScripts = [...all.matchAll(/npm run (?:--silent )?([\w:-]+)/g)]
      .map(([, name = '']) => name)
      .filter((name) => !(name in scripts))
    expect(unknownScripts).toEqual([])
    const known = new Set([...read('src/main.ts').matchAll(/\.command\('(\w+)'/g)].map(([, name]) => name))
    const unknownCommands = [...all.matchAll(/npm run prorab -- (\w+)/g)]
      .map(([, name = '']) => name)
      .filter((name) => !known.has(name) && name !== 'help')
    expect(unknownCommands).toEqual([])
  })

  test('names chat commands that exist', () => {
    const words = new Set(COMMANDS.flatMap(({ name, aliases = [] }) => [name, ...aliases]))
    const unknown = code
      .flatMap((one) => /^(?:you> )?(\/[a-z]+)(?=$| )/.exec(one)?.[1] ?? [])
      .filter((one) => !NOT_OURS.has(one) && !words.has(one.slice(1)))
    expect(unknown).toEqual([])
  })

  test('names variables that exist', () => {
    const unknown = [...page.text.matchAll(/\b(?:PRORAB|TELEGRAM|SLACK|OPENAI)_[A-Z_]+\b/g)]
      .map(([name]) => name)
      .filter((name) => !(name in environment.shape) && !FOR_TESTS.has(name))
    expect(unknown).toEqual([])
  })
})

test('every migration has its line in docs/migrations.md, and every line its migration', () => {
  const files = readdirSync(join(ROOT, 'drizzle')).filter((name) => name.endsWith('.sql'))
  const lines = [...read('docs/migrations.md').matchAll(/^\| `(\d{4}_\w+)` \|/gm)].map(
    ([, name]) => `${name}.sql`,
  )
  expect(lines).toEqual(files.sort())
})

test('every requirement and rule that the code names is told in the docs', () => {
  const sources = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.c?ts$/.test(path))
    .map((path) => read(`src/${path}`))
    .join('\n')
  const requirements = read('docs/requirements.md')
  const ids = new Set([...sources.matchAll(/\b[ABGMRWX]-\d+\b/g)].map(([id]) => id))
  expect([...ids].filter((id) => !requirements.includes(`| ${id} |`))).toEqual([])
  const rules = new Set([...sources.matchAll(/design rules? (\d+)/g)].map(([, number]) => number))
  const told = read('docs/architecture.md')
  expect([...rules].filter((number) => !told.includes(`\n${number}. **`))).toEqual([])
})
