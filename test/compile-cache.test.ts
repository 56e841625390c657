import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const ROOT = join(import.meta.dirname, '..')
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8')

test('npm start and the program itself keep what was compiled in one folder', () => {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> }
  const folder = /^NODE_COMPILE_CACHE=(\S+) exec node /.exec(scripts.prorab ?? '')?.[1]
  expect(folder).toBeDefined()
  expect(read('src/main.ts')).toContain(
    `enableCompileCache(fileURLToPath(new URL('../${folder}', import.meta.url)))`,
  )
})
