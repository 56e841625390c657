import { readFileSync } from 'node:fs'
import { Send } from '@langchain/langgraph'
import { expect, test } from 'vitest'
import { route } from '../../src/graph/routing.ts'

const size = (limit: number) => (state: { n: number }) => state.n >= limit

test('the first way whose condition holds is taken, else the one that is left', () => {
  const next = route<{ n: number }, 'large' | 'medium' | 'small'>(
    [
      [size(10), 'large'],
      [size(5), 'medium'],
    ],
    'small',
  )
  expect([12, 10, 7, 5, 4].map((n) => next({ n }))).toEqual(['large', 'large', 'medium', 'medium', 'small'])
})

test('a way to several nodes sends the state to each of them', () => {
  const next = route<{ n: number }, 'stop' | readonly ['left', 'right']>(
    [[size(1), ['left', 'right']]],
    'stop',
  )
  expect(next({ n: 0 })).toBe('stop')
  expect(next({ n: 1 })).toEqual([new Send('left', { n: 1 }), new Send('right', { n: 1 })])
})

test.each(['po.ts', 'delivery.ts'])('%s decides nowhere by itself which node is next', (file) => {
  const source = readFileSync(new URL(`../../src/graph/${file}`, import.meta.url), 'utf8')
  const ways = [...source.matchAll(/addConditionalEdges\(\s*(?:'\w+'|START),\s*([\w]+)/g)].map(
    ([, way]) => way,
  )
  const helpers = [...source.matchAll(/^const (\w+) =\s*(?:<.*>\(.*\) =>\s*)?route</gm)].map(
    ([, name]) => name,
  )
  expect(ways.length).toBe(source.split('addConditionalEdges(').length - 1)
  for (const way of ways) expect(['route', ...helpers]).toContain(way)
})
