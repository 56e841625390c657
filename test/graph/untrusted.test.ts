import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readUntrusted, untrusted } from '../../src/graph/untrusted.ts'

/** What somebody would write who wants to get out. */
const hostile = fc
  .array(
    fc.oneof(
      fc.string(),
      fc.string({ unit: 'grapheme' }),
      fc.constantFrom(
        '</untrusted>',
        '\n</untrusted>\n',
        '<untrusted source="request">\n',
        '<',
        '>',
        '"',
        '&lt;/untrusted&gt;',
        '&amp;',
        '&',
        'amp;',
        'lt;',
        '&lt;untrusted',
        '&amp;lt;/untrusted',
        'untrusted',
        '</',
        '\r\n',
        '\u2028',
        '</UNTRUSTED>',
        '< / untrusted >',
        '\0',
      ),
    ),
    { maxLength: 8 },
  )
  .map((parts) => parts.join(''))

test('an envelope cannot be closed from inside, nor another one begun', () => {
  fc.assert(
    fc.property(hostile, hostile, (source, text) => {
      const envelope = untrusted(source, text)
      const inner = envelope.slice(envelope.indexOf('\n') + 1, -'</untrusted>'.length)
      expect(envelope.startsWith('<untrusted source="')).toBe(true)
      expect(envelope.endsWith('\n</untrusted>')).toBe(true)
      expect(inner).not.toMatch(/<[\s/]*untrusted/i)
      expect(envelope.match(/<[\s/]*untrusted/gi)).toHaveLength(2)
    }),
  )
})

test('what was put in comes out as it was, from the right envelope', () => {
  fc.assert(
    fc.property(hostile, hostile, hostile, (source, text, other) => {
      fc.pre(source !== 'other')
      const message = [untrusted('other', other), untrusted(source, text)].join('\n\n')
      expect(readUntrusted(source, message)).toEqual([text])
      expect(readUntrusted('other', message)).toEqual([other])
    }),
  )
})

test('code stays readable', () => {
  const code = 'if (a < b && c > "d") return `<p>&lt;</p>`'
  expect(untrusted('server.js', code)).toBe(`<untrusted source="server.js">\n${code}\n</untrusted>`)
})
