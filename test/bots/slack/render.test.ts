import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Card, Outgoing } from '../../../src/bots/chat.ts'
import { defaultFormTexts } from '../../../src/bots/slack/form-texts.ts'
import { renderMessage, type SlackText } from '../../../src/bots/slack/render.ts'
import { blockProblems, MAX_BLOCKS_BYTES } from '../../fakes/slack/blocks.ts'
import { readMessage } from '../../fakes/slack/reading.ts'

const render = (message: Outgoing) =>
  renderMessage(message, defaultFormTexts).map((part) => part.payload as SlackText)

const blocksOf = (payload: SlackText) => payload.blocks as unknown as Record<string, unknown>[]
const read = (payload: SlackText) => readMessage({ text: payload.text, blocks: blocksOf(payload) })
/** Pieces that make trouble: markup of three kinds, long words, lists, fences, emoji. */
const trouble = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 60 }),
  fc.constantFrom(
    '<!channel>',
    '<@U123|boss>',
    '@everyone',
    '&lt;!here&gt;',
    '**',
    '`',
    '```js\n',
    '\n\n',
    '\n- ',
    '\n1. ',
    '\n> ',
    '| a | b |\n|---|---|\n| 1 | 2 |\n',
    '[x](https://example.org)',
    '[x](javascript:alert(1))',
    '👩‍👩‍👧‍👦',
    '\u0000',
    '\ud800',
    '# ',
    '- [x] done\n',
    '~~',
    '&amp;',
    ':smile:',
  ),
  fc.nat(6000).map((length) => 'w'.repeat(length)),
  fc.nat(800).map((length) => 'слово '.repeat(length)),
)
const text = fc.array(trouble, { maxLength: 12 }).map((pieces) => pieces.join(''))

const button = fc.record({
  label: text,
  action: fc.string({ maxLength: 30 }),
  style: fc.constantFrom('primary' as const, 'danger' as const, undefined),
  form: fc.option(fc.record({ title: text, label: text }), { nil: undefined }),
})

const card: fc.Arbitrary<Card> = fc.record({
  title: text,
  tone: fc.constantFrom(
    'neutral' as const,
    'question' as const,
    'progress' as const,
    'success' as const,
    'warning' as const,
    'danger' as const,
  ),
  body: fc.option(text, { nil: undefined }),
  fields: fc.option(fc.array(fc.record({ label: text, value: text }), { maxLength: 12 }), { nil: undefined }),
  buttons: fc.option(fc.array(fc.array(button, { minLength: 1, maxLength: 30 }), { maxLength: 8 }), {
    nil: undefined,
  }),
  footer: fc.option(text, { nil: undefined }),
})

const outgoing: fc.Arbitrary<Outgoing> = fc.record(
  {
    markdown: text,
    card,
    ask: fc.record({ action: fc.string({ maxLength: 30 }), prompt: text, placeholder: text }),
  },
  { requiredKeys: [] },
)

describe('whatever the bot says', () => {
  it('is something Slack takes', () => {
    fc.assert(
      fc.property(outgoing, (message) => {
        const payloads = render(message)
        expect(payloads.length).toBeGreaterThan(0)
        for (const { text, blocks } of payloads) {
          expect(blockProblems(blocks)).toEqual([])
          expect(Buffer.byteLength(JSON.stringify(blocks))).toBeLessThan(MAX_BLOCKS_BYTES)
          expect(text).not.toBe('')
          expect(text.length).toBeLessThanOrEqual(3000)
        }
      }),
      { numRuns: 40 },
    )
  })

  it('calls nobody', () => {
    fc.assert(
      fc.property(outgoing, (message) => {
        expect(render(message).flatMap((payload) => read(payload).mentions)).toEqual([])
      }),
      { numRuns: 40 },
    )
  })

  it('brings every button exactly once, in order, and each knows its action', () => {
    fc.assert(
      fc.property(card, (one) => {
        const seen = render({ card: one }).flatMap((payload) => read(payload).buttons)
        const wanted = (one.buttons ?? []).flat()
        expect(seen.length).toBe(wanted.length)
        for (const [index, { action, form }] of wanted.entries()) {
          const value = seen[index]?.value ?? ''
          expect(form ? (JSON.parse(value) as { action: string }).action : value).toBe(action)
          expect(seen[index]?.actionId.startsWith(form ? 'form:' : 'press:')).toBe(true)
        }
      }),
      { numRuns: 25 },
    )
  })

  it('is drawn the same way every time', () => {
    fc.assert(
      fc.property(outgoing, (message) => {
        const hashes = () => renderMessage(message, defaultFormTexts).map((part) => part.hash)
        expect(hashes()).toEqual(hashes())
      }),
      { numRuns: 25 },
    )
  })

  it('keeps every word of a long text', () => {
    fc.assert(
      fc.property(
        fc.array(fc.stringMatching(/^[a-zа-я]{1,12}$/), { minLength: 500, maxLength: 3000 }),
        (words) => {
          const shown = render({ markdown: words.join(' ') }).map((payload) => read(payload).text)
          expect(shown.join(' ').split(/\s+/)).toEqual(words)
        },
      ),
      { numRuns: 20 },
    )
  })
})

describe('a card', () => {
  it('is drawn as header, text, fields, footer and buttons', () => {
    const [payload, ...more] = render({
      card: {
        title: 'Plan',
        tone: 'question',
        body: 'Three **tasks**.',
        fields: [
          { label: 'Cost', value: '$0.42 *not bold*' },
          { label: 'Address', value: 'http://127.0.0.1:8001' },
        ],
        footer: 'Asked by <@U1>',
        buttons: [[{ label: 'Approve', action: 'a:1', style: 'primary' }]],
      },
    })
    expect(more).toEqual([])
    expect(payload?.blocks).toEqual([
      { type: 'header', text: { type: 'plain_text', text: '❓ Plan', emoji: false } },
      {
        type: 'rich_text',
        elements: [
          {
            type: 'rich_text_section',
            elements: [
              { type: 'text', text: 'Three ' },
              { type: 'text', text: 'tasks', style: { bold: true } },
              { type: 'text', text: '.' },
            ],
          },
        ],
      },
      {
        type: 'rich_text',
        elements: [
          {
            type: 'rich_text_section',
            elements: [
              { type: 'text', text: 'Cost: ', style: { bold: true } },
              { type: 'text', text: '$0.42 *not bold*' },
              { type: 'text', text: '\n' },
              { type: 'text', text: 'Address: ', style: { bold: true } },
              { type: 'link', url: 'http://127.0.0.1:8001', text: 'http://127.0.0.1:8001' },
            ],
          },
        ],
      },
      { type: 'context', elements: [{ type: 'plain_text', text: 'Asked by <@U1>', emoji: false }] },
      {
        type: 'actions',
        elements: [
          {
            type: 'button',
            text: { type: 'plain_text', text: 'Approve', emoji: false },
            action_id: 'press:0:0',
            value: 'a:1',
            style: 'primary',
          },
        ],
      },
    ])
    expect(payload?.text).toBe(
      '❓ Plan\nThree tasks.\nCost: $0.42 *not bold*\nAddress: http://127.0.0.1:8001\nAsked by &lt;@U1&gt;',
    )
  })

  it('mentions who is called under its title, and names who has no account here', () => {
    const calls = [
      { name: 'Ann', platformUserId: 'U0ANN' },
      { name: '<!channel>\n*Боря* <@U0EVE>' },
      { name: 'Eve', platformUserId: '7> <!here' },
      { name: '' },
    ]
    const [payload] = render({ card: { title: 'Down', tone: 'danger', calls, body: 'Body' } })
    if (!payload) throw new Error('one part was expected')
    expect(blockProblems(payload.blocks)).toEqual([])
    expect(payload.blocks[1]).toEqual({
      type: 'rich_text',
      elements: [
        {
          type: 'rich_text_section',
          elements: [
            { type: 'text', text: '🔔 ' },
            { type: 'user', user_id: 'U0ANN' },
            { type: 'text', text: ', ' },
            { type: 'text', text: '<!channel> *Боря* <@U0EVE>' },
            { type: 'text', text: ', ' },
            { type: 'text', text: 'Eve' },
            { type: 'text', text: ', ' },
            { type: 'text', text: '…' },
          ],
        },
      ],
    })
    expect(read(payload).mentions).toEqual(['{"type":"user","user_id":"U0ANN"}'])
    // What notifications show says who it is.
    expect(payload.text).toBe('🛑 Down\n🔔 Ann, &lt;!channel&gt; *Боря* &lt;@U0EVE&gt;, Eve, …\nBody')
  })

  it('whose title is longer than a header keeps all of it', () => {
    const title = 'long '.repeat(60).trim()
    const [payload] = render({ card: { title, tone: 'neutral' } })
    expect(read(payload ?? expect.unreachable()).text).toBe(title)
  })

  it('with a field longer than a message keeps all of it, before the buttons', () => {
    const value = Array.from({ length: 4000 }, (_, i) => `v${i}`).join(' ')
    const payloads = render({
      card: {
        title: 't',
        tone: 'neutral',
        fields: [{ label: 'Log', value }],
        buttons: [[{ label: 'Fix', action: 'f' }]],
      },
    })
    const words = payloads
      .map((payload) => read(payload).text)
      .join(' ')
      .match(/v\d+/g)
    expect(words).toEqual(value.split(' '))
    expect(payloads.map((payload) => read(payload).buttons.length)).toEqual([
      ...payloads.slice(1).map(() => 0),
      1,
    ])
  })
})
