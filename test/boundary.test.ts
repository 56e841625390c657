import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { findBreaches } from './support/floors.ts'

const SRC = fileURLToPath(new URL('../src/', import.meta.url))

const sources = new Map(
  readdirSync(SRC, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .map((path) => [path, readFileSync(join(SRC, path), 'utf8')]),
)

test('src keeps to the floors of the design', () => {
  expect(sources.size).toBeGreaterThan(10)
  expect(findBreaches(sources)).toEqual([])
})

/** A house in which every import resolves, and the one file under test. */
const house = (path: string, text: string) =>
  findBreaches(
    new Map([
      ['db/client.ts', ''],
      ['domain/wake.ts', ''],
      ['bots/chat.ts', ''],
      ['graph/po.ts', ''],
      ['app.ts', ''],
      ['main.ts', ''],
      [path, text],
    ]),
  )

test.each([
  ['domain may not know the bots', 'domain/runs/runs.ts', "import { chat } from '../../bots/chat.ts'"],
  ['the database may not know domain', 'db/lease.ts', "import {\n  wake,\n} from '../domain/wake.ts'"],
  ['bots may not know the graph', 'bots/router.ts', "import type { Po } from '../graph/po.ts'"],
  ['the graph may not know the bots', 'graph/runner.ts', "export { chat } from '../bots/chat.ts'"],
  ['nobody below main may know app', 'jobs/turn.ts', "const app = await import('../app.ts')"],
  ['app may not know main', 'app.ts', "import './main.ts'"],
  ['helpers know nobody', 'log.ts', "import { db } from './db/client.ts'"],
  ['SQL stays in domain and db', 'jobs/turn.ts', "import { eq } from 'drizzle-orm'"],
  ['only the runner resumes graphs', 'graph/po.ts', "import { Command } from '@langchain/langgraph'"],
  ['only config and main read the environment', 'bots/router.ts', 'const port = process.env.PORT'],
  ['no file is longer than a person can hold', 'bots/router.ts', 'x\n'.repeat(251)],
])('%s', (_rule, path, text) => {
  expect(house(path, text)).toHaveLength(1)
})

test.each([
  ['bots/router.ts', "import { wake } from '../domain/wake.ts'"],
  ['jobs/turn.ts', "import { po } from '../graph/po.ts'"],
  ['main.ts', "import './app.ts'\nconst port = process.env.PORT"],
  ['graph/runner.ts', "import { Command } from '@langchain/langgraph'"],
  ['bots/router.ts', 'x\n'.repeat(250)],
])('what the design allows is not called a breach (%s)', (path, text) => {
  expect(house(path, text)).toEqual([])
})
