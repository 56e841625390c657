import { describe, expect, it } from 'vitest'
import { parseMarkdown } from '../../../src/bots/markdown.ts'
import { richText } from '../../../src/bots/slack/rich-text.ts'

const elementsOf = (markdown: string) => richText(parseMarkdown(markdown)).elements

describe('Markdown', () => {
  const section = (...elements: object[]) => ({ type: 'rich_text_section', elements })
  const words = (value: string, style?: object) => ({
    type: 'text',
    text: value,
    ...(style ? { style } : {}),
  })

  it('of paragraphs and headings is one section with empty lines between', () => {
    expect(elementsOf('# Title\n\nOne.\n\nTwo.')).toEqual([
      section(words('Title', { bold: true }), words('\n\n'), words('One.'), words('\n\n'), words('Two.')),
    ])
  })

  it('keeps styles that overlap', () => {
    expect(elementsOf('**a *b* `c`** ~~d~~')).toEqual([
      section(
        words('a ', { bold: true }),
        words('b', { bold: true, italic: true }),
        words(' ', { bold: true }),
        words('c', { bold: true, code: true }),
        words(' '),
        words('d', { strike: true }),
      ),
    ])
  })

  it('of nested lists goes on counting after the inner list', () => {
    expect(elementsOf('3. a\n   - x\n   - y\n4. b')).toEqual([
      { type: 'rich_text_list', style: 'ordered', indent: 0, offset: 2, elements: [section(words('a'))] },
      {
        type: 'rich_text_list',
        style: 'bullet',
        indent: 1,
        elements: [section(words('x')), section(words('y'))],
      },
      { type: 'rich_text_list', style: 'ordered', indent: 0, offset: 3, elements: [section(words('b'))] },
    ])
  })

  it('of tasks shows which are done', () => {
    expect(elementsOf('- [x] done\n- [ ] open')).toMatchObject([
      { elements: [section(words('☑ '), words('done')), section(words('☐ '), words('open'))] },
    ])
  })

  it('of code is taken literally', () => {
    expect(elementsOf('```ts\nif (a < b && c) "<!channel>"\n```')).toEqual([
      { type: 'rich_text_preformatted', elements: [words('if (a < b && c) "<!channel>"')], border: 0 },
    ])
  })

  it('of a table is a table of characters', () => {
    expect(elementsOf('| name | n |\n|---|---|\n| a | 10 |')).toEqual([
      { type: 'rich_text_preformatted', elements: [words('name │ n\n─────┼───\na    │ 10')], border: 0 },
    ])
  })

  it('of a quote stays a quote, lists in it included', () => {
    expect(elementsOf('> said\n>\n> - one')).toEqual([
      { type: 'rich_text_quote', elements: [words('said'), words('\n'), words('• '), words('one')] },
    ])
  })

  it('has links for the web and for mail only', () => {
    expect(
      elementsOf('[a](https://example.org/?q=1&r=2) [b](javascript:alert(1)) [c](mailto:ann@example.org)'),
    ).toEqual([
      section(
        { type: 'link', url: 'https://example.org/?q=1&r=2', text: 'a' },
        words(' '),
        words('b'),
        words(' '),
        { type: 'link', url: 'mailto:ann@example.org', text: 'c' },
      ),
    ])
  })
})
