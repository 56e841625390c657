import fc from 'fast-check'
import { expect, test } from 'vitest'
import { approvalAction, commandAction, pageAction, parseAction } from '../../../src/bots/action-ids.ts'
import { fenced } from '../../../src/bots/cards/fenced.ts'
import { oneLine, plain } from '../../../src/bots/cards/plain.ts'
import { parseMarkdown, plainText } from '../../../src/bots/markdown.ts'
import { APPROVAL_VERBS } from '../../../src/db/shapes/approval.ts'

const MARKUP = fc.array(
  fc.oneof(
    fc.constantFrom(
      '*',
      '_',
      '`',
      '~~',
      '[',
      '](http://x.y)',
      '<b>',
      '<!channel>',
      '# ',
      '> ',
      '- ',
      '1. ',
      '|',
      '\\',
      '&amp;',
      '\n',
      '\u202e',
      '\0',
      '@all',
      'http://a.b',
      '![',
    ),
    fc.string(),
  ),
  { maxLength: 12 },
)

test('words of a person are shown as they are, whatever markup they hold', () => {
  fc.assert(
    fc.property(MARKUP, (pieces) => {
      const said = pieces.join('')
      const shown = `- **who** · ${plain(said)} · end`
      const expected = `who · ${oneLine(said)} · end`.replace(/\s+/g, ' ')
      expect(plainText(parseMarkdown(shown)).replace(/\s+/g, ' ')).toBe(expected)
    }),
  )
})

test('a log cannot break out of its block', () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom('```', '````', '\n', 'x', '~~~', '\u001b[31m', '# y'), { maxLength: 20 }),
      (pieces) => {
        const root = parseMarkdown(fenced(pieces.join('')))
        expect(root.children.map(({ type }) => type)).toEqual(['code'])
      },
    ),
  )
  expect(fenced('\u001b[31mred\u001b[0m\r\nnext\u0007')).toBe('```\nred\nnext\n```')
})

test('a button carries an approval there and back in at most 60 bytes', () => {
  fc.assert(
    fc.property(fc.uuid(), fc.constantFrom(...APPROVAL_VERBS), (id, verb) => {
      const action = approvalAction(verb, id)
      expect(Buffer.byteLength(action)).toBeLessThanOrEqual(60)
      expect(parseAction(action)).toEqual({ kind: 'approval', verb, id })
    }),
  )
})

test('a button is read as what we wrote or not at all', () => {
  fc.assert(
    fc.property(fc.string(), fc.constantFrom('', 'approval:', 'cmd:', 'page:'), (rest, kind) => {
      const action = parseAction(`${kind}${rest}`)
      if (action?.kind === 'page')
        expect(pageAction(action.view, action.page, action.of)).toBe(`${kind}${rest}`)
      if (action?.kind === 'approval') expect(approvalAction(action.verb, action.id)).toBe(`${kind}${rest}`)
    }),
  )
  expect(parseAction('cmd:/project url-shortener')).toEqual({
    kind: 'command',
    name: 'project',
    args: 'url-shortener',
  })
  expect(commandAction(`/project ${'x'.repeat(60)}`)).toBeUndefined()
})
