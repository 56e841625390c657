import { expect, test } from 'vitest'
import { type SaidRow, sortUnknown } from './copies.ts'

const message = (id: number, ...history: string[]) => ({
  ref: `7:${id}`,
  text: history.at(-1) ?? '',
  history,
})
const row = (id: number, view: string | null = null, key = 'cmd:1'): SaidRow => ({
  key,
  view,
  refs: [`7:${id}`],
})

const WELCOME = 'Welcome, Ann'
const project = (service: string, state = 'active') =>
  `✅ shop\n\nState: ${state}\nService: ${service}\nOwner: Ann`

const strangersOf = (shown: ReturnType<typeof message>[], rows: SaidRow[]) =>
  sortUnknown(shown, rows).strangers.map(({ text }) => text)

test('a text that was sent twice is a copy of itself', () => {
  const shown = [message(1, WELCOME), message(2, WELCOME)]
  expect(sortUnknown(shown, [row(2)])).toEqual({ copies: [shown[0]], strangers: [] })
})

test('a text that differs in a word is a stranger', () => {
  const shown = [message(1, 'Welcome, Boris'), message(2, WELCOME)]
  expect(strangersOf(shown, [row(2)])).toEqual(['Welcome, Boris'])
})

test('what was said long before is no copy where it stands', () => {
  const shown = [message(1, WELCOME), message(2, WELCOME), message(3, 'Understood')]
  expect(strangersOf(shown, [row(1), row(3)])).toEqual([WELCOME])
  expect(strangersOf([message(1, 'Understood'), message(2, WELCOME)], [row(1)])).toEqual([WELCOME])
})

test('a copy of a view may tell of another moment', () => {
  const shown = [message(1, project('starting')), message(2, project('running'))]
  expect(strangersOf(shown, [row(2, 'project')])).toEqual([])
})

test('a copy of a view may not differ in anything that lasts, nor be of another thing', () => {
  const rows = [row(2, 'project')]
  const lasting = project('running', 'draft')
  expect(strangersOf([message(1, lasting), message(2, project('running'))], rows)).toEqual([lasting])
  const other = project('running').replace('shop', 'blog')
  expect(strangersOf([message(1, other), message(2, project('running'))], rows)).toEqual([other])
  const more = `${project('running')}\nMissing secrets: TOKEN`
  expect(strangersOf([message(1, more), message(2, project('running'))], rows)).toEqual([more])
})

test('a question that was answered before it was sent again is the same question', () => {
  const open = '❓ Plan for shop\n\nTasks\n\nApproval 1 · open until 21 Nov'
  const decided = '✅ Plan for shop\n\nTasks\n\n✓ Approved by Ann\n\nApproval 1'
  expect(strangersOf([message(1, open), message(2, decided)], [row(2, 'approval')])).toEqual([])
})

test('the progress of a run has moved on when it is sent again, and has not gone back', () => {
  const begun = '⏳ Planning: shop\n\n✓ Resources\n▸ Design'
  const later = ['⏳ Planning: shop\n\n✓ Resources\n✓ Design', '✅ Building shop\n\n✓ Resources\n✓ Design']
  expect(strangersOf([message(1, begun), message(2, ...later)], [row(2, 'run')])).toEqual([])
  const ahead = '⏳ Planning: shop\n\n✓ Resources\n✓ Tests 31/31'
  expect(strangersOf([message(1, ahead), message(2, ...later)], [row(2, 'run')])).toEqual([ahead])
})

test('an answer that was being written when it was cut off is how the whole one begins; a command is not', () => {
  const shown = [message(1, 'Understood'), message(2, 'Understood: a shop.')]
  expect(strangersOf(shown, [row(2, null, 'turn:1')])).toEqual([])
  expect(strangersOf(shown, [row(2)])).toEqual(['Understood'])
})

test('a message that was edited is known to somebody, and is no copy', () => {
  const shown = [message(1, 'Understood', WELCOME), message(2, WELCOME)]
  expect(strangersOf(shown, [row(2)])).toEqual([WELCOME])
})
