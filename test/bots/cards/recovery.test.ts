import { expect, test } from 'vitest'
import { approvalFacts } from '../../../src/bots/cards/approval-facts.ts'
import { approvalBody, approvalTitle } from '../../../src/bots/cards/approval-question.ts'
import { eventText } from '../../../src/bots/cards/incident-event.ts'
import { createTexts, LANGS } from '../../../src/bots/texts.ts'
import { createWords } from '../../../src/bots/words.ts'
import type { ApprovalRequest } from '../../../src/db/shapes/approval.ts'
import { RECOVERY_OUTCOMES } from '../../../src/domain/recovery/repair.ts'

const words = (lang: 'en' | 'ru') =>
  createWords(createTexts(), lang, { now: new Date('2030-01-01T12:00:00Z'), timeZone: 'UTC' })

const question = (facts: Record<string, unknown>): ApprovalRequest => ({
  v: 1,
  kind: 'recovery',
  risk: 'high',
  allow: ['approve', 'reject'],
  facts: { incident: '#42 url-shortener', incidentId: 'x', attempt: 1, ...facts },
})
const drawn = (lang: 'en' | 'ru', facts: Record<string, unknown>) => {
  const known = approvalFacts(question(facts))
  return `${approvalTitle(words(lang), known)}\n\n${approvalBody(words(lang), known)}`
}

const REDEPLOY = {
  steps: [{ do: 'redeploy_version', version: '3f2a' }],
  proposal: 'It does **not** stay up.',
}

test('a question about a repair says why first, then what would be done', () => {
  expect(drawn('en', REDEPLOY)).toMatchInlineSnapshot(`
    "Repair for incident #42 url-shortener?

    It does \\*\\*not\\*\\* stay up.

    I would do this:

    - Put version 3f2a online."
  `)
  expect(drawn('ru', REDEPLOY)).toMatchInlineSnapshot(`
    "Чинить инцидент #42 url-shortener?

    It does \\*\\*not\\*\\* stay up.

    Я бы сделал так:

    - Развернуть версию 3f2a."
  `)
})

test('a question about a repository says what would be lost', () => {
  const facts = (kind: string) => ({
    steps: [{ do: 'recreate_repository' }, { do: 'restart_service' }],
    proposal: 'It is gone.',
    remains: { kind, at: '2029-12-31T08:30:00.000Z' },
  })
  expect(drawn('en', facts('work_tree'))).toMatchInlineSnapshot(`
    "Repair for incident #42 url-shortener?

    It is gone.

    I would do this:

    - Make the repository anew.
    - Start the service afresh.

    The history is there as of 31 Dec, 08:30 UTC. What was changed in the repository after that, and is on no other machine, is lost."
  `)
  expect(drawn('ru', facts('release'))).toMatchInlineSnapshot(`
    "Чинить инцидент #42 url-shortener?

    It is gone.

    Я бы сделал так:

    - Создать репозиторий заново.
    - Перезапустить сервис.

    Остались только файлы работающей версии. История до неё пропадёт."
  `)
})

test('a row of another program is shown as far as it can be read', () => {
  for (const lang of LANGS)
    for (const facts of [{}, { steps: 'all' }, { steps: [{ do: 'explode' }] }, { remains: 7 }])
      expect(drawn(lang, facts)).toContain('#42 url-shortener')
})

test('a timeline tells a repair that did not help from one that was not made', () => {
  const told = (outcome: string) =>
    eventText(words('en'), {
      id: 'e',
      incidentId: 'i',
      seq: 1,
      surface: 'system',
      kind: 'recovery_ended',
      at: new Date('2030-01-01T12:00:00Z'),
      actor: 'system',
      userId: null,
      detail: { outcome },
    })
  expect(Object.fromEntries(RECOVERY_OUTCOMES.map((outcome) => [outcome, told(outcome)]))).toEqual({
    repaired: 'the repair worked',
    failed: 'the repair did not help',
    broke: 'the repair did not help',
    unsure: 'the repair is done, and its end is open',
    handed_over: 'the repair is done, and its end is open',
    nothing: 'nothing was done',
    declined: 'nothing was done',
    forbidden: 'nothing was done',
    nobody_to_ask: 'nothing was done',
    over: 'nothing was done',
  })
})
