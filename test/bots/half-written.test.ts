import { describe, expect, test } from 'vitest'
import { closeMarkdown } from '../../src/bots/half-written.ts'
import { parseMarkdown, plainText } from '../../src/bots/markdown.ts'

const seen = (markdown: string) => plainText(parseMarkdown(closeMarkdown(markdown)))

describe('what a model is still writing', () => {
  test.each([
    ['bold **wor', 'bold **wor**'],
    ['bold **', 'bold'],
    ['**bold *and it', '**bold *and it***'],
    ['_under', '_under_'],
    ['snake_case and __dunder', 'snake_case and __dunder__'],
    ['`code', '`code`'],
    ['~~gone', '~~gone~~'],
    ['see [the docs](https://exa', 'see the docs'],
    ['see [the do', 'see the do'],
    ['2 * 3 = 6', '2 * 3 = 6'],
    ['- item\n- *it', '- item\n- *it*'],
    ['```ts\nconst a = `x', '```ts\nconst a = `x\n```'],
    ['~~~~\n```\n', '~~~~\n```\n~~~~'],
    ['**done** and `done`', '**done** and `done`'],
  ])('%j is shown as %j', (soFar, shown) => {
    expect(closeMarkdown(soFar)).toBe(shown)
  })

  test('no prefix of an answer shows its markup', () => {
    const answer =
      'I will build **url-shortener** with _click_ statistics: `GET /x`, ~~v1~~ and [docs](https://e.org/a).\n\n' +
      '- **storage**: `sqlite`\n- *nothing* else\n\n```ts\nconst a = "**not bold**"\n```\n\nThe **end**.'
    const whole = seen(answer).replace(/\s+/g, '')
    for (let length = 1; length <= answer.length; length += 1) {
      const prose = seen(answer.slice(0, length)).replace('const a = "**not bold**"', '')
      if (!prose.includes('const')) expect(prose).not.toMatch(/\*\*|__|~~|\]\(|`[a-z]/)
    }
    expect(seen(answer).replace(/\s+/g, '')).toBe(whole)
  })
})
