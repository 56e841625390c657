import { join } from 'node:path'
import { expect, test } from 'vitest'
import { agentConfigSchema } from './agent-tables.ts'
import { blocksOf, pages, ROOT, withFreshBlocks } from './pages.ts'
import { makeTables } from './tables.ts'

/** After a change: `npx vitest run test/docs -u`. */
test.each(pages())(
  'the tables of $path tell what the code does (-u writes them anew)',
  async ({ path, text }) => {
    await expect(withFreshBlocks(text, makeTables())).toMatchFileSnapshot(join(ROOT, path))
  },
)

test('the schema of agents’ configs is what the validators ask for (-u writes it anew)', async () => {
  await expect(agentConfigSchema()).toMatchFileSnapshot(join(ROOT, 'docs/agent-config.schema.json'))
})

test('every table that can be made stands on some page, once', () => {
  const shown = pages().flatMap(({ text }) => blocksOf(text))
  expect(shown.sort()).toEqual(Object.keys(makeTables()).sort())
})
