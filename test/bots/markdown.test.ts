import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { formatMarkdown, parseMarkdown, plainText } from '../../src/bots/markdown.ts'

describe('reading Markdown', () => {
  test('HTML is text', () => {
    expect(plainText(parseMarkdown('<b>bold?</b> <script>alert(1)</script>'))).toBe(
      '<b>bold?</b> <script>alert(1)</script>',
    )
    expect(plainText(parseMarkdown('<div>\n\n**x**\n\n</div>'))).toBe('<div>\n\nx\n\n</div>')
  })

  test('a reference becomes the link it names, so that a part of the text stands alone', () => {
    const root = parseMarkdown('See [the docs][d] and [nothing][n].\n\n[d]: https://example.org "Docs"')
    expect(formatMarkdown(root)).toContain('[the docs](https://example.org "Docs")')
    expect(root.children).toHaveLength(1)
  })

  test('a card that goes to many chats is read once, and none of them can change it for the others', () => {
    const root = parseMarkdown('- **shop** · active')
    expect(parseMarkdown('- **shop** · active')).toBe(root)
    expect(() => root.children.pop()).toThrow(TypeError)
    expect(() => Object.assign(root.children[0] ?? {}, { ordered: true })).toThrow(TypeError)
  })

  test('of what was read before only so much is kept', () => {
    const first = parseMarkdown('number 0')
    for (let n = 1; n <= 100; n++) parseMarkdown(`number ${n}`)
    expect(parseMarkdown('number 0')).not.toBe(first)
    const long = 'x'.repeat(1_001)
    expect(parseMarkdown(long)).not.toBe(parseMarkdown(long))
  })

  test.each([
    ['quotes', '>'.repeat(20_000)],
    ['lists', '1. '.repeat(3_000)],
    ['emphasis', `${'*a _b '.repeat(3_000)}${'_ *'.repeat(3_000)}`],
    ['brackets', '['.repeat(20_000)],
    ['images', '![a]('.repeat(4_000)],
  ])('%s nested without end are survived', (_, markdown) => {
    expect(formatMarkdown(parseMarkdown(markdown)).length).toBeGreaterThan(0)
  })

  test('what was written out reads back as the same words', () => {
    fc.assert(
      fc.property(
        fc.lorem({ mode: 'sentences', maxCount: 5 }),
        fc.string({ unit: 'grapheme' }),
        (text, odd) => {
          const root = parseMarkdown(
            `# ${text}\n\n- **${text}**\n- ${odd.replace(/\s+/g, '')}\n\n\`\`\`\n${text}\n\`\`\``,
          )
          expect(plainText(parseMarkdown(formatMarkdown(root)))).toBe(plainText(root))
        },
      ),
    )
  })
})
