import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Outgoing } from '../../../src/bots/chat.ts'
import { renderMessage, type TelegramText } from '../../../src/bots/telegram/render.ts'
import { AppError } from '../../../src/errors.ts'
import { acceptMarkup } from '../../fakes/telegram/markup.ts'
import { acceptText } from '../../fakes/telegram/text.ts'

const render = (message: Outgoing) => renderMessage(message).map(({ payload }) => payload as TelegramText)
const one = (markdown: string) => {
  const [part, ...rest] = render({ markdown })
  if (!part || rest.length > 0) throw new Error('one part was expected')
  return part
}
/** `[['bold', 'words']]` */
const marks = ({ text, entities }: TelegramText) =>
  entities.map(({ type, offset, length }) => [type, text.slice(offset, offset + length)])

describe('Markdown becomes text with entities:', () => {
  it.each([
    [
      '**b** and *i* and ~~s~~ and `c`',
      'b and i and s and c',
      [
        ['bold', 'b'],
        ['italic', 'i'],
        ['strikethrough', 's'],
        ['code', 'c'],
      ],
    ],
    ['# Title\n\ntext', 'Title\n\ntext', [['bold', 'Title']]],
    ['# A **bold** title', 'A bold title', [['bold', 'A bold title']]],
    ['😀 **ж**', '😀 ж', [['bold', 'ж']]],
    [
      '***both***',
      'both',
      [
        ['bold', 'both'],
        ['italic', 'both'],
      ],
    ],
    [
      '**a `b` c**',
      'a b c',
      [
        ['bold', 'a '],
        ['code', 'b'],
        ['bold', ' c'],
      ],
    ],
    ['[the `docs`](https://e.org)', 'the docs', [['text_link', 'the docs']]],
    ['<https://e.org> www.e.org me@e.org', 'https://e.org www.e.org me@e.org', []],
    ['[](https://e.org)', 'https://e.org', []],
    ['![a chart](https://e.org/c.png)', 'a chart', [['text_link', 'a chart']]],
    ['[x](javascript:alert(1))', 'x (javascript:alert(1))', []],
    ['[Ann](tg://user?id=7)', 'Ann (tg://user?id=7)', []],
    ['[Ann](tg:user?id=7)', 'Ann (tg:user?id=7)', []],
    ['[chat](tg://resolve?domain=x)', 'chat', [['text_link', 'chat']]],
    [
      '> said **he**\n>\n> > deeper',
      'said he\n\ndeeper',
      [
        ['blockquote', 'said he\n\ndeeper'],
        ['bold', 'he'],
      ],
    ],
    ['one\ntwo', 'one\ntwo', []],
    ['a\n\n---\n\nb', 'a\n\n———\n\nb', []],
    ['<b>not</b> &amp; `<i>`', '<b>not</b> & <i>', [['code', '<i>']]],
  ])('%j', (markdown, text, expected) => {
    const part = one(markdown)
    expect(part.text).toBe(text)
    expect(marks(part)).toEqual(expected)
  })

  it('code keeps its language and its spaces', () => {
    const part = one('```ts\n  if (a)\n    b()\n```\nafter')
    expect(part.text).toBe('  if (a)\n    b()\n\nafter')
    expect(part.entities).toMatchObject([{ type: 'pre', language: 'ts', offset: 0 }])
  })

  it('code that goes on in the next part keeps its indentation there', () => {
    const parts = render({ markdown: `\`\`\`py\n${'        deep()\n'.repeat(600)}\`\`\`` })
    expect(parts.length).toBeGreaterThan(1)
    for (const { text, entities } of parts) {
      expect(text.split('\n').every((line) => line === '        deep()')).toBe(true)
      expect(entities).toEqual([{ type: 'pre', language: 'py', offset: 0, length: text.length }])
    }
  })

  it('lists have bullets, numbers and boxes, and what is inside stands under its item', () => {
    expect(one('- a\n  more\n- b\n  1. x\n  2. y\n- [x] done\n- [ ] open').text).toBe(
      '• a\n  more\n• b\n  1. x\n  2. y\n☑ done\n☐ open',
    )
    expect(one('9. nine\n10. ten').text).toBe('9. nine\n10. ten')
  })

  it('a table stands in even columns', () => {
    const part = one('| name | n |\n|:--|--:|\n| жук | 1 |\n| a | 100 |')
    expect(part.text).toBe('name |   n\n-----|----\nжук  |   1\na    | 100')
    expect(marks(part)).toEqual([['pre', part.text]])
  })

  it('nothing to be seen is a dot that can be', () => {
    for (const markdown of ['', ' \n ', '\u200b\u2060', '[a]: https://e.org'])
      expect(one(markdown).text).toBe('…')
  })

  it('of more formatting than Telegram keeps, links come first', () => {
    const part = one(`${'**b** '.repeat(150)}[last](https://e.org)`)
    expect(part.entities).toHaveLength(100)
    expect(part.entities.at(-1)).toMatchObject({ type: 'text_link' })
  })
})

describe('a card', () => {
  const card = { title: 'A *plan*', tone: 'question' } as const

  it('shows how it is meant, and only its body is Markdown', () => {
    const [part] = render({
      card: {
        ...card,
        body: '**do** it',
        fields: [
          { label: 'Cost', value: '_0_' },
          { label: 'Where', value: 'here' },
        ],
        footer: '~f~',
      },
    })
    expect(part?.text).toBe('❓ A *plan*\n\ndo it\n\nCost: _0_\nWhere: here\n\n~f~')
    expect(part && marks(part)).toEqual([
      ['bold', '❓ A *plan*'],
      ['bold', 'do'],
      ['bold', 'Cost:'],
      ['bold', 'Where:'],
      ['italic', '~f~'],
    ])
  })

  it('mentions who is called under its title, and names who has no account here', () => {
    const calls = [
      { name: 'Ann\n*the* [boss](tg://user?id=9)', platformUserId: '7' },
      { name: '<!channel> **Боря**' },
      { name: 'Eve', platformUserId: 'U7' },
      { name: '', platformUserId: '0' },
    ]
    const [part] = render({ card: { ...card, calls, body: 'Body' } })
    if (!part) throw new Error('one part was expected')
    expect(part.text).toBe(
      '❓ A *plan*\n\n🔔 Ann *the* [boss](tg://user?id=9), <!channel> **Боря**, Eve, …\n\nBody',
    )
    expect(marks(part)).toEqual([
      ['bold', '❓ A *plan*'],
      ['text_mention', 'Ann *the* [boss](tg://user?id=9)'],
    ])
    expect(part.entities[1]).toMatchObject({ user: { id: 7 } })
    expect(acceptText(part.text, part.entities, 'too long').text).toBe(part.text)
  })

  it('keeps its mentions when there is more formatting than Telegram keeps', () => {
    const calls = [{ name: 'Ann', platformUserId: '7' }]
    const [part] = render({ card: { ...card, calls, body: '[b](https://e.org) '.repeat(150) } })
    expect(part?.entities).toHaveLength(100)
    expect(part?.entities.filter(({ type }) => type === 'text_mention')).toHaveLength(1)
  })

  it('has its buttons in rows, with their colours', () => {
    const buttons = [
      [
        { label: 'Yes', action: 'y', style: 'primary' as const },
        { label: 'No', action: 'n', style: 'danger' as const },
      ],
      [],
      [{ label: 'Later', action: 'l' }],
    ]
    const [part] = render({ card: { ...card, buttons } })
    expect(part?.reply_markup).toEqual({
      inline_keyboard: [
        [
          { text: 'Yes', callback_data: 'y', style: 'primary' },
          { text: 'No', callback_data: 'n', style: 'danger' },
        ],
        [{ text: 'Later', callback_data: 'l' }],
      ],
    })
  })

  it('refuses an action that could not come back, saying which', () => {
    const withAction = (action: string) => () =>
      render({ card: { ...card, buttons: [[{ label: 'Go', action }]] } })
    expect(withAction('x'.repeat(64))).not.toThrow()
    expect(withAction('ж'.repeat(33))).toThrow(AppError)
    expect(withAction('ж'.repeat(33))).toThrow('the button "Go" carries 66 bytes')
    expect(withAction('')).toThrow(AppError)
  })
})

describe('a question for a line', () => {
  it('opens the input line of the one who is asked', () => {
    const ask = { action: 'a', prompt: 'What *exactly*?', placeholder: 'x'.repeat(100) }
    expect(render({ ask })).toEqual([
      {
        text: 'What *exactly*?',
        entities: [],
        reply_markup: { force_reply: true, selective: true, input_field_placeholder: `${'x'.repeat(63)}…` },
      },
    ])
  })

  it('stands after the card it belongs to', () => {
    const parts = render({
      card: { title: 'T', tone: 'neutral', buttons: [[{ label: 'B', action: 'b' }]] },
      ask: { action: 'a', prompt: 'P' },
    })
    expect(parts.map(({ text, reply_markup }) => [text, Object.keys(reply_markup ?? {})[0]])).toEqual([
      ['T', 'inline_keyboard'],
      ['P', 'force_reply'],
    ])
  })
})

const markdownLike = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '**',
        '*',
        '`',
        '```\n',
        '~~',
        '> ',
        '- ',
        '1. ',
        '# ',
        '\n',
        '\n\n',
        '[',
        '](https://e.org)',
        '|',
        '|-|-|\n',
        ' ',
        '<b>',
        '\\',
        '😀',
        '\u202e',
        '\u0000',
        '\ud83d',
        'שלום',
      ),
      fc.lorem({ maxCount: 30 }),
      fc.string({ unit: 'grapheme', maxLength: 20 }),
    ),
    { maxLength: 60 },
  )
  .map((pieces) => pieces.join(''))

describe('whatever is written', () => {
  it('every part is one that Telegram takes, exactly as it is', () => {
    fc.assert(
      fc.property(markdownLike, fc.integer({ min: 1, max: 12 }), (markdown, times) => {
        for (const { text, entities, reply_markup } of render({ markdown: markdown.repeat(times) })) {
          const accepted = acceptText(text, entities, 'message is too long')
          acceptMarkup(reply_markup, { inlineOnly: false })
          // Had Telegram trimmed or replaced anything, our offsets would be off.
          expect(accepted.text).toBe(text)
        }
      }),
      { numRuns: 300 },
    )
  })

  it('no code overlaps other formatting, and ranges lie inside each other or apart', () => {
    fc.assert(
      fc.property(markdownLike, (markdown) => {
        for (const { entities } of render({ markdown }))
          for (const a of entities)
            for (const b of entities) {
              if (a === b) continue
              const [aEnd, bEnd] = [a.offset + a.length, b.offset + b.length]
              if (a.offset >= bEnd || b.offset >= aEnd) continue
              expect((a.offset <= b.offset && aEnd >= bEnd) || (b.offset <= a.offset && bEnd >= aEnd)).toBe(
                true,
              )
              if (/^(code|pre)$/.test(a.type)) expect(b.type).toBe('blockquote')
            }
      }),
      { numRuns: 300 },
    )
  })

  it('no letter is lost on the way into parts', () => {
    fc.assert(
      fc.property(fc.array(fc.lorem({ maxCount: 80 }), { minLength: 1, maxLength: 60 }), (paragraphs) => {
        const letters = (text: string) => text.replace(/\W/g, '')
        const parts = render({ markdown: paragraphs.join('\n\n') })
        expect(letters(parts.map(({ text }) => text).join(''))).toBe(letters(paragraphs.join('')))
      }),
      { numRuns: 50 },
    )
  })

  it('the same text is rendered the same, and its parts have different hashes when they differ', () => {
    fc.assert(
      fc.property(markdownLike, (markdown) => {
        const parts = renderMessage({ markdown })
        expect(renderMessage({ markdown })).toEqual(parts)
        const bodies = new Set(parts.map(({ payload }) => JSON.stringify(payload)))
        expect(new Set(parts.map(({ hash }) => hash)).size).toBe(bodies.size)
      }),
      { numRuns: 50 },
    )
  })
})
