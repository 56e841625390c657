import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { splitWords } from '../../../../src/bots/commands/agents/split-words.ts'

const texts = (line: string) => splitWords(line)?.map(({ text }) => text)

describe('the words of a line', () => {
  test.each([
    ['set Ask  model=gpt-4.1\ttemperature=0.2', ['set', 'Ask', 'model=gpt-4.1', 'temperature=0.2']],
    ['prompt="be brief, a = b" x', ['prompt=be brief, a = b', 'x']],
    ['“from a phone” «по-русски» „deutsch“', ['from a phone', 'по-русски', 'deutsch']],
    ['prompt="say \\"hello\\""', ['prompt=say "hello"']],
    ['5" x 7"', ['5"', 'x', '7"']],
    ['tools=["a","b"]', ['tools=["a","b"]']],
    ['model=', ['model=']],
    ['model=""', ['model=']],
    ['url=http://a.example/?b=c', ['url=http://a.example/?b=c']],
    ['', []],
  ])('%s', (line, words) => {
    expect(texts(line)).toEqual(words)
  })

  test('a quote that is not closed makes no words', () => {
    expect(splitWords('prompt="be brief')).toBeUndefined()
  })

  test('words without quotes come back as they were, whatever stands in them', () => {
    const word = fc.string({ minLength: 1 }).filter((text) => /^[^\s"“„«=]+$/.test(text))
    fc.assert(
      fc.property(fc.array(word), (words) => {
        expect(texts(words.join(' '))).toEqual(words)
      }),
    )
  })

  test('a value in quotes comes back whole, whatever stands in it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (value) => {
        const quoted = value.replace(/["“”„«»\\]/g, '\\$&')
        expect(texts(`prompt="${quoted}" next`)).toEqual([`prompt=${value}`, 'next'])
      }),
    )
  })
})
