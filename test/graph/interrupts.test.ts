import { globSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'

const root = new URL('../../', import.meta.url)
const read = (path: string) => readFileSync(new URL(path, root), 'utf8')
const files = (pattern: string) => globSync(pattern, { cwd: root }).sort()
const count = (source: string, word: RegExp) => [...source.matchAll(word)].length

/** A file's top-level declarations: what begins in the first column. */
const declarations = (source: string) => source.split(/^(?=export const |const |export const)/m)

/** Two questions in one node share an id, and whatever stands before a question is done again when it is answered. */
describe('a question to a person (design rule 4)', () => {
  const asking = files('src/graph/nodes/*.ts').filter((path) => /\baskHuman\(/.test(read(path)))

  test('is asked by somebody, or this test looks in the wrong place', () => {
    expect(asking).toEqual([
      'src/graph/nodes/architect.ts',
      'src/graph/nodes/budget.ts',
      'src/graph/nodes/tester.ts',
    ])
  })

  test.each(asking)(
    '%s asks once, as the first thing its node does, and cannot swallow the pause',
    (path) => {
      const source = read(path)
      expect(count(source, /\baskHuman\(/g)).toBe(1)
      const [node, ...others] = declarations(source).filter((text) => text.includes('askHuman('))
      expect(others).toEqual([])
      // No deps, no session: there is nothing it could do before or after that has an effect.
      expect(node).toMatch(
        /^export const \w+ =\s+\(\) =>\s+async \(state: DeliveryState\)(: Promise<Partial<DeliveryState>>)? => \{\s+const [\w{}, ]+ = askHuman\(/,
      )
      expect(node).not.toMatch(/\btry\b|\bcatch\b|\bawait\b/)
    },
  )

  test('goes through one door: nobody else interrupts, nobody but the runner resumes', () => {
    const using = (word: RegExp) => files('src/**/*.ts').filter((path) => word.test(read(path)))
    expect(using(/\binterrupt\b.*from '@langchain\/langgraph'/)).toEqual(['src/graph/human.ts'])
    expect(using(/\bCommand\b.*from '@langchain\/langgraph'/)).toEqual(['src/graph/runner.ts'])
    // Without an id a resume answers whatever happens to wait.
    expect(read('src/graph/runner.ts')).toMatch(/resume: \{ \[question\?\.id \?\? ''\]: /)
    expect(count(read('src/graph/runner.ts'), /\bresume: /g)).toBe(1)
  })
})
