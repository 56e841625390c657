import { expect, test } from 'vitest'
import { noRotationCard, onCallCard, takeAwayCard } from '../../../src/bots/cards/on-call.ts'
import { escalationCard } from '../../../src/bots/cards/on-call-escalation.ts'
import { type SwapCardData, swapCard } from '../../../src/bots/cards/on-call-swap.ts'
import type { Card } from '../../../src/bots/chat.ts'
import { createTexts, LANGS } from '../../../src/bots/texts.ts'
import { createWords, type Words } from '../../../src/bots/words.ts'
import type { OnCallOverview } from '../../../src/domain/oncall/overview.ts'
import { drawn } from '../commands/drawn.ts'

const ID = '6e1b0a52-7f0e-4a30-9d6a-0c2f51f0f8d1'
const day = (date: number, hour = 8) => new Date(Date.UTC(2026, 10, date, hour))

const weekly: OnCallOverview = {
  projectId: null,
  rules: { timeZone: 'Europe/Berlin', handOverAt: '09:00', everyDays: 7, startsOn: '2026-11-16' },
  members: [
    { name: 'Anna', hasAccess: true },
    { name: 'Boris_*B*|', hasAccess: true },
  ],
  current: { from: day(16), until: day(21), name: 'Anna', source: 'rotation' },
  next: { from: day(21), until: day(22), name: 'Boris_*B*|', source: 'swap' },
  ahead: [
    { from: day(20, 12), until: day(21), name: 'Anna', source: 'rotation' },
    { from: day(21), until: day(22), name: 'Boris_*B*|', source: 'swap' },
    { from: day(22), until: day(23), name: 'Carla', source: 'override' },
    { from: day(23), until: day(27), name: 'Boris_*B*|', source: 'rotation' },
  ],
  unreachable: [],
}

const troubled: OnCallOverview = {
  ...weekly,
  projectId: ID,
  current: { from: day(19), until: day(22), name: 'Anna', source: 'rotation' },
  next: { from: day(25), until: day(27), name: 'Boris_*B*|', source: 'rotation' },
  rules: { ...weekly.rules, everyDays: 3 },
  members: [...weekly.members, { name: 'Gone', hasAccess: false }],
  ahead: [
    { from: day(20, 12), until: day(22), name: 'Anna', source: 'rotation' },
    { from: day(22), until: day(25) },
    { from: day(25), until: day(27), name: 'Boris_*B*|', source: 'rotation' },
  ],
  unreachable: ['Boris_*B*|'],
}

const { current: _current, ...calm } = weekly
const nobody: OnCallOverview = {
  ...calm,
  ahead: [{ from: day(20, 12), until: day(21) }, ...weekly.ahead.slice(1)],
}

const swap = (state: SwapCardData['state'], project?: string): SwapCardData => ({
  ...{ id: ID, from: 'Anna_*B*', project, state },
  ...{ startsAt: day(21), endsAt: day(22) },
})

const CARDS: Record<string, (words: Words) => Card> = {
  'a week': (w) => onCallCard(w, { overview: weekly }),
  'what was understood': (w) => onCallCard(w, { overview: weekly, said: 'set' }),
  'of a project without its own': (w) => onCallCard(w, { overview: weekly, project: 'url-shortener' }),
  'what is missing': (w) => onCallCard(w, { overview: troubled, project: 'url-shortener' }),
  'nobody now': (w) => onCallCard(w, { overview: nobody }),
  'from a calendar': (w) =>
    onCallCard(w, {
      overview: {
        ...weekly,
        members: [],
        calendar: { host: 'calendar.example', problem: 'status', unknownNames: ['Eve [x](http://y)'] },
      },
    }),
  'from a file': (w) =>
    onCallCard(w, {
      overview: { ...weekly, members: [], calendar: { host: null, unknownNames: [] } },
      said: 'calendar',
    }),
  'every day': (w) =>
    onCallCard(w, { overview: { ...weekly, rules: { ...weekly.rules, everyDays: 1 } }, said: 'override' }),
  'every two weeks': (w) =>
    onCallCard(w, { overview: { ...weekly, rules: { ...weekly.rules, everyDays: 14 } } }),
  'no rotation': (w) => noRotationCard(w, {}),
  'may it be taken away': (w) => takeAwayCard(w, {}),
  'may the project’s be taken away': (w) => takeAwayCard(w, { project: 'url-shortener' }),
  'a swap': (w) => swapCard(w, swap('proposed')),
  'a swap for a project': (w) => swapCard(w, swap('proposed', 'url-shortener')),
  'a swap that was agreed to': (w) => swapCard(w, swap('agreed')),
  'a swap that was declined': (w) => swapCard(w, swap('declined')),
  'a swap that nobody answered': (w) => swapCard(w, swap('over')),
  'an escalation': (w) =>
    escalationCard(w, {
      isNew: true,
      overview: {
        set: 'all',
        steps: [
          { kind: 'on_call' },
          { kind: 'wait', minutes: 1 },
          { kind: 'person', name: 'Boris_*B*' },
          { kind: 'wait', minutes: 120 },
          { kind: 'chat', platform: 'slack' },
          { kind: 'repeat', times: 2 },
        ],
      },
    }),
  'no escalation of its own': (w) =>
    escalationCard(w, {
      project: 'url-shortener',
      overview: { set: 'default', steps: [{ kind: 'on_call' }] },
    }),
}

test.each(LANGS)('the cards of on-call and escalation in %s', async (lang) => {
  const words = createWords(createTexts(), lang, { now: day(20, 12), timeZone: 'Europe/Berlin' })
  const cards = Object.entries(CARDS).map(([name, draw]) => `== ${name}\n\n${drawn({ card: draw(words) })}`)
  await expect(`${cards.join('\n\n')}\n`).toMatchFileSnapshot(`golden/on-call-${lang}.txt`)
})

test('every button fits, with the longest name of a project', () => {
  const words = createWords(createTexts(), 'ru', { now: day(20) })
  const project = 'p'.repeat(40)
  const cards = [
    onCallCard(words, { overview: weekly, project }),
    takeAwayCard(words, { project }),
    swapCard(words, swap('proposed', project)),
  ]
  for (const card of cards) {
    const buttons = card.buttons?.flat() ?? []
    expect(buttons.length).toBeGreaterThan(0)
    for (const { action } of buttons) expect(Buffer.byteLength(action)).toBeLessThanOrEqual(60)
  }
})
