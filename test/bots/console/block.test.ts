import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createBlock } from '../../../src/bots/console/block.ts'

const ASKED = 'question'

describe('a text of many lines', () => {
  const line = fc
    .string({ unit: 'grapheme-ascii', maxLength: 20 })
    .map((text) => text.trim())
    .filter((text) => text !== '.' && text.toLowerCase() !== '/cancel')
  const first = line.filter((text) => text !== '' && !text.startsWith('/'))

  it('is what was typed before the line with the dot, whether line by line or pasted at once', () => {
    fc.assert(
      fc.property(first, fc.array(line), fc.boolean(), (begin, more, pasted) => {
        const lines = [begin, ...more]
        const block = createBlock()
        const chunks = pasted ? [[...lines, '.'].join('\n')] : [...lines, '.']
        const taken = chunks.map((chunk) => block.take(ASKED, chunk))
        expect(taken.slice(0, -1).every((one) => one?.kind === 'more')).toBe(true)
        expect(taken.at(-1)).toEqual({ kind: 'text', text: lines.join('\n').trim() })
      }),
    )
  })

  it.each(['', '   ', '/status', '/cancel'])('is not begun by %j', (text) => {
    expect(createBlock().take(ASKED, text)).toBeUndefined()
  })

  it('may have empty lines, commands and numbers in it, and is given up by /cancel alone', () => {
    const block = createBlock()
    const lines = ['Plan.', '', '/status', '1', '/cancel the rest']
    expect(lines.map((one) => block.take(ASKED, one)?.kind)).toEqual(lines.map(() => 'more'))
    expect(block.take(ASKED, ' /CANCEL ')).toEqual({ kind: 'cancelled' })
    expect(block.take(ASKED, '')).toBeUndefined()
  })

  it('that answers one question is no part of the answer to the next', () => {
    const block = createBlock()
    block.take(ASKED, 'for the first')
    block.take('another', 'for the second')
    expect(block.take('another', '.')).toEqual({ kind: 'text', text: 'for the second' })
  })
})
