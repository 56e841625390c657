import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { drawCard } from '../../../src/bots/console/card.ts'
import { drawMarkdown } from '../../../src/bots/console/markdown.ts'
import { lineText, paint } from '../../../src/bots/console/style.ts'
import { graphemes, textWidth } from '../../../src/bots/console/width.ts'
import { chop, wrap } from '../../../src/bots/console/wrap.ts'
import { CONTROL_CHARACTERS } from '../../contract/hostile.ts'

const drawn = (markdown: string, width = 60) => drawMarkdown(markdown, width).map(lineText)

describe('width', () => {
  it.each([
    ['plain', 5],
    ['привет', 6],
    ['日本語', 6],
    ['👩‍👩‍👧‍👦', 2],
    ['🚀', 2],
    ['✓ ▸ …', 5],
    ['e\u0301', 1],
    ['\u200b', 0],
    ['', 0],
  ])('of %j is %d columns', (text, width) => {
    expect(textWidth(text)).toBe(width)
  })
})

describe('wrapping', () => {
  const text = fc.oneof(
    fc.string({ unit: fc.constantFrom('a', 'bc', ' ', '  ', '\n', 'слово', '日本', '🚀', 'x'.repeat(30)) }),
    fc.string({ unit: 'grapheme-ascii' }),
  )
  const spans = fc.array(fc.record({ text, styles: fc.constantFrom(undefined, ['bold' as const]) }))
  const width = fc.integer({ min: 2, max: 40 })

  it('makes no row wider than the screen', () => {
    fc.assert(
      fc.property(spans, width, (line, columns) => {
        for (const row of wrap(line, columns)) expect(textWidth(lineText(row))).toBeLessThanOrEqual(columns)
      }),
    )
  })

  it('loses nothing but spaces at the breaks', () => {
    const letters = (value: string) => value.replace(/\s/g, '')
    fc.assert(
      fc.property(spans, width, (line, columns) => {
        expect(letters(wrap(line, columns).map(lineText).join(''))).toBe(letters(lineText(line)))
      }),
    )
  })

  it('does nothing to a line that fits', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z]{1,5}( [a-z]{1,5}){0,5}$/), (line) => {
        expect(wrap([{ text: line }], 80).map(lineText)).toEqual([line])
      }),
    )
  })

  it('keeps every character of code', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), width, (code, columns) => {
        const line = code.replaceAll('\n', '')
        const rows = chop([{ text: line }], columns)
        expect(rows.map(lineText).join('')).toBe(line)
        for (const row of rows)
          if (graphemes(lineText(row)).length > 1)
            expect(textWidth(lineText(row))).toBeLessThanOrEqual(columns)
      }),
    )
  })

  it('switches styles off at the end of each row', () => {
    const rows = wrap([{ text: 'two words', styles: ['bold'] }], 5).map((row) => paint(row, true))
    expect(rows).toEqual(['\u001b[1mtwo\u001b[22m', '\u001b[1mwords\u001b[22m'])
  })
})

describe('Markdown', () => {
  it('shows headings, lists, quotes and rules as a person would write them', () => {
    expect(
      drawn(
        '# Title\n\n- one\n- two\n  1. deep\n  2. deeper\n\n- [x] done\n- [ ] open\n\n> quoted\n>\n> twice\n\n---',
      ),
    ).toEqual([
      'Title',
      '',
      '• one',
      '• two',
      '  1. deep',
      '  2. deeper',
      '[x] done',
      '[ ] open',
      '',
      '│ quoted',
      '│ ',
      '│ twice',
      '',
      '─'.repeat(40),
    ])
  })

  it('shows a link as its text and its address, once when they are the same', () => {
    expect(
      drawn('[docs](https://x.example/a) https://y.example <me@z.example> [run](javascript:x)', 80),
    ).toEqual(['docs (https://x.example/a) https://y.example me@z.example run'])
  })

  it('aligns the columns of a table, and lists one that is too wide', () => {
    const table = '| Name | Cost |\n| --- | ---: |\n| url-shortener | 1 |\n| сервис | 1000 |'
    expect(drawn(table)).toEqual([
      'Name           Cost',
      '─────────────  ────',
      'url-shortener     1',
      'сервис         1000',
    ])
    expect(drawn(table, 16)).toEqual(['Name:', 'url-shortener', 'Cost: 1', '', 'Name: сервис', 'Cost: 1000'])
  })

  it('indents code and keeps its spaces', () => {
    expect(drawn('Run:\n\n```js\nif (a) {\n  b()\n}\n```')).toEqual([
      'Run:',
      '',
      '    if (a) {',
      '      b()',
      '    }',
    ])
  })

  it('can be anything without harm', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 1, max: 100 }), (markdown, columns) => {
        for (const row of drawMarkdown(markdown, columns))
          expect(lineText(row)).not.toMatch(CONTROL_CHARACTERS)
      }),
    )
  })
})

describe('a card', () => {
  it('names who is called under its title', () => {
    const calls = [{ name: 'Ann', platformUserId: 'local' }, { name: '*Боря*\n\u001b[31m<!channel>' }]
    const card = { title: 'Down', tone: 'danger', calls, body: 'Body' } as const
    const rows = drawCard(card, { width: 60, numbered: true, older: '' }).map(lineText)
    expect(rows[1]).toMatch(/^🔔 Ann, \*Боря\* \S*<!channel>$/)
    expect(rows.join('')).not.toMatch(CONTROL_CHARACTERS)
    expect(rows).toEqual(['Down', rows[1], 'Body'])
  })
})
