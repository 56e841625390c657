import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseMarkdown, plainText } from '../../src/bots/markdown.ts'
import { splitMarkdown, splitTree } from '../../src/bots/split.ts'

const byLength = (limit: number) => ({ limit, measure: (piece: string) => piece.length })
/** Text as a person reads it, without regard to how its lines fall. */
const words = (...markdown: string[]) =>
  markdown.map((piece) => plainText(parseMarkdown(piece)).replace(/\s+/g, '')).join('')

const sentence =
  'The quick brown fox jumps over the lazy dog, and «съешь ещё этих мягких французских булок». '
const block = fc.oneof(
  fc.lorem({ maxCount: 60 }),
  fc.string({ unit: 'grapheme', maxLength: 300 }),
  fc.lorem({ maxCount: 8 }).map((text) => `## ${text}`),
  fc.lorem({ maxCount: 30 }).map((text) => `> ${text}`),
  fc
    .array(fc.lorem({ maxCount: 20 }), { minLength: 1, maxLength: 20 })
    .map((items) => items.map((i) => `- ${i}`).join('\n')),
  fc
    .array(fc.lorem({ maxCount: 9 }), { minLength: 1, maxLength: 9 })
    .map((items) => items.map((i, n) => `${n + 1}. **${i}** _${i}_ \`${i}\``).join('\n')),
  fc
    .array(fc.string({ maxLength: 90 }), { maxLength: 30 })
    .map((lines) => `~~~~~js\n${lines.join('\n').replaceAll('~', '-')}\n~~~~~`),
  fc.lorem().map((text) => `[${text}](https://example.org/${encodeURIComponent(text)}) ![${text}](i.png)`),
)

describe('splitting a long message', () => {
  test('a message that fits is left exactly as it was written', () => {
    expect(splitMarkdown('* one\n* two <b>', byLength(100))).toEqual(['* one\n* two <b>'])
    expect(splitMarkdown('', byLength(100))).toEqual([''])
  })

  test('every piece fits and together they say the same', () => {
    fc.assert(
      fc.property(fc.array(block, { maxLength: 12 }), fc.integer({ min: 120, max: 900 }), (blocks, limit) => {
        const markdown = blocks.join('\n\n')
        const pieces = splitMarkdown(markdown, byLength(limit))
        for (const piece of pieces) expect(piece.length).toBeLessThanOrEqual(limit)
        expect(words(...pieces)).toBe(words(markdown))
      }),
      { numRuns: 300 },
    )
  })

  test('whatever a person types is split without loss', () => {
    const scraps = fc.constantFrom(
      '*',
      '**',
      '_',
      '`',
      '```',
      '~~',
      '\n',
      '\n\n',
      '- ',
      '> ',
      '# ',
      '1. ',
      '[',
      '](',
      ')',
      '\\',
      '<b>',
      '&amp;',
      '!',
      '    ',
      'a',
      'слово ',
      '👨‍👩‍👧‍👦',
      'x.y ',
    )
    fc.assert(
      fc.property(fc.array(scraps, { maxLength: 200 }), (typed) => {
        const tree = parseMarkdown(typed.join(''))
        const measure = (root: typeof tree) => plainText(root).length
        const pieces = splitTree(tree, { limit: 40, measure })
        for (const piece of pieces) expect(measure(piece)).toBeLessThanOrEqual(40)
        const compact = (root: typeof tree) => plainText(root).replace(/\s+/g, '')
        expect(pieces.map(compact).join('')).toBe(compact(tree))
      }),
      { numRuns: 500 },
    )
  })

  test.each([
    ['one paragraph', sentence.repeat(550)],
    ['one word', 'слово'.repeat(10_000)],
    ['emoji', '👨‍👩‍👧‍👦'.repeat(4_500)],
    ['one pile of accents', `e${'\u0301'.repeat(50_000)}`],
    ['a list', '- item\n'.repeat(7_200)],
    ['bold paragraphs', `**${sentence.repeat(2)}**\n\n`.repeat(260)],
    ['code', `\`\`\`ts\n${'const x = 1\n'.repeat(4_100)}\`\`\``],
    ['a table', `| a | b |\n| - | - |\n${'| one | two |\n'.repeat(3_600)}`],
    ['quotes in lists', `- > ${sentence}\n`.repeat(500)],
  ])('50,000 characters: %s', (_, markdown) => {
    expect(markdown.length).toBeGreaterThan(45_000)
    let measured = 0
    const measure = (piece: string) => {
      measured += piece.length
      return piece.length
    }
    const pieces = splitMarkdown(markdown, { limit: 4096, measure })
    for (const piece of pieces) expect(piece.length).toBeLessThanOrEqual(4096)
    expect(pieces.length).toBeLessThan((markdown.length / 4096) * 1.5 + 2)
    // Work grows with the text, not with its square.
    expect(measured).toBeLessThan(markdown.length * 12)
  })

  test('blocks stay whole while they fit', () => {
    const pieces = splitMarkdown('First paragraph.\n\nSecond paragraph.\n\nThird.', byLength(40))
    expect(pieces).toEqual(['First paragraph.\n\nSecond paragraph.', 'Third.'])
  })

  test('a heading goes with the text below it', () => {
    expect(
      splitMarkdown('Before it all.\n\n## Heading\n\nThe text below the heading.', byLength(40)),
    ).toEqual(['Before it all.', '## Heading\n\nThe text below the heading.'])
  })

  test('code closes its fence and opens it again with its language', () => {
    const pieces = splitMarkdown('```ts\nconst a = 1\nconst b = 2\nconst c = 3\n```', byLength(36))
    expect(pieces).toEqual(['```ts\nconst a = 1\nconst b = 2\n```', '```ts\nconst c = 3\n```'])
  })

  test('a table repeats its header', () => {
    const pieces = splitMarkdown('| name | port |\n| --- | --- |\n| a | 1 |\n| b | 2 |', byLength(40))
    expect(pieces.map((piece) => plainText(parseMarkdown(piece)))).toEqual([
      'name | port\na | 1',
      'name | port\nb | 2',
    ])
  })

  test('a numbered list goes on counting', () => {
    expect(splitMarkdown('1. one\n2. two\n3. three', byLength(14))).toEqual(['1. one\n2. two', '3. three'])
  })

  test('a long list item keeps one bullet', () => {
    const pieces = splitMarkdown(`- ${'word '.repeat(20)}\n- next`, byLength(60))
    expect(pieces.map((piece) => piece.startsWith('- '))).toEqual([true, false, true])
    expect(pieces.at(-1)).toBe('- next')
  })

  test('sentences stay whole, and bold goes on across a cut', () => {
    expect(splitMarkdown('**One sentence here. Another sentence.**', byLength(24))).toEqual([
      '**One sentence here.**',
      '**Another sentence.**',
    ])
  })

  test('no grapheme is torn', () => {
    const family = '👨‍👩‍👧‍👦'
    const pieces = splitMarkdown(family.repeat(20), byLength(30))
    for (const piece of pieces) expect(piece.replaceAll(family, '')).toBe('')
  })

  test('a link whose address fills a message gives its words', () => {
    const pieces = splitMarkdown(`[the words](https://example.org/${'x'.repeat(300)})`, byLength(100))
    expect(words(...pieces)).toBe('thewords')
  })
})
