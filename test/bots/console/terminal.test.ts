import { describe, expect, it } from 'vitest'
import type { Button, Card } from '../../../src/bots/chat.ts'
import { waitFor } from '../../support/wait-for.ts'
import { CTRL_C, CTRL_D, createTerminalSeat, ENTER, ESC, TAB } from './seat.ts'

const buttons = (id: string): Button[][] => [
  [
    { label: 'Approve', action: `a:${id}:y`, style: 'primary' },
    { label: 'Reject', action: `a:${id}:n`, style: 'danger' },
  ],
]
const plan = (id: string): Card => ({
  title: `Plan ${id}`,
  tone: 'question',
  fields: [
    { label: 'Cost', value: '$0.42' },
    { label: 'Runs on', value: 'this machine' },
  ],
  buttons: buttons(id),
})

describe('at a terminal', () => {
  it('a conversation reads from top to bottom, with the line to type in below it', async () => {
    const { keys, says, output, body } = await createTerminalSeat({ width: 60 })
    await keys('create a URL shortener', ENTER)
    expect(await body(0)).toMatchObject({ kind: 'text', text: 'create a URL shortener' })
    await says({
      markdown:
        'A service that makes **long** addresses short. Two questions remain, and both have an answer.',
    })
    await says({ card: plan('A') })
    await keys('1', ENTER)
    expect(await body(1)).toMatchObject({ kind: 'action', action: 'a:A:y' })
    expect(output.transcript()).toEqual([
      'you> create a URL shortener',
      'bot> A service that makes long addresses short. Two',
      '     questions remain, and both have an answer.',
      'bot> Plan A',
      '     Cost     $0.42',
      '     Runs on  this machine',
      '',
      '     [1] Approve  [2] Reject',
      'you> 1',
      '     → Approve',
      'you>',
    ])
  })

  it('a message that changes is changed where it stands, and what is being typed stays', async () => {
    const { keys, says, edits, output } = await createTerminalSeat({ width: 40 })
    const ref = await says({ markdown: 'Thinking' })
    await keys('a long line that is being typed and goes on over the edge')
    expect(await edits(ref, { markdown: 'Thinking about it, which takes more than one row' })).toBe('edited')
    await says({ markdown: 'Done.' })
    await keys('!', ENTER)
    expect(output.transcript()).toEqual(
      [
        'bot> Thinking about it, which takes more',
        '     than one row',
        'bot> Done.',
        'you> a long line that is being typed and',
        ' goes on over the edge!',
        'you>',
      ].map((row) => row.trimEnd()),
    )
  })

  it('a streamed text grows in place, beyond the height of the screen too', async () => {
    const { says, edits, output } = await createTerminalSeat({ height: 8 })
    const lines = Array.from({ length: 30 }, (_, i) => `- line ${i}`)
    const ref = await says({ markdown: lines.slice(0, 1).join('\n') })
    for (let count = 2; count <= 30; count++) await edits(ref, { markdown: lines.slice(0, count).join('\n') })
    const items = output.transcript().filter((row) => row.includes('line'))
    expect(items.map((row) => row.slice(7))).toEqual(lines.map((line) => line.slice(2)))
  })

  it('a decided card that is still to be seen loses its buttons in place', async () => {
    const { says, edits, output } = await createTerminalSeat()
    const ref = await says({ card: plan('A') })
    await says({ markdown: 'Something else.' })
    await edits(ref, { card: { title: 'Plan A', tone: 'success', footer: 'Approved by you, 12:03' } })
    expect(output.transcript()).toEqual([
      'bot> Plan A',
      '     Approved by you, 12:03',
      'bot> Something else.',
      'you>',
    ])
  })

  it('a card that scrolled away is printed again, of a progress only the news', async () => {
    const { says, edits, output } = await createTerminalSeat({ height: 8 })
    const run = await says({ card: { title: 'shop', tone: 'progress', body: '- design\n- build' } })
    const card = await says({ card: plan('A') })
    for (let i = 0; i < 10; i++) await says({ markdown: `Line ${i}` })
    const before = output.transcript().length - 1
    await edits(run, { card: { title: 'shop', tone: 'progress', body: '- design done\n- build' } })
    await edits(card, { card: { ...plan('A'), fields: [], buttons: [], footer: 'Expired' } })
    expect(output.transcript().slice(before)).toEqual([
      'bot> shop',
      '     • design done',
      'bot> Plan A',
      '     Expired',
      'you>',
    ])
  })

  it('news of a progress that scrolled away are one message that changes in place', async () => {
    const { says, edits, output } = await createTerminalSeat({ height: 8 })
    const progress = (body: string): { card: Card } => ({ card: { title: 'shop', tone: 'progress', body } })
    const run = await says(progress('- design\n- build\n- deploy'))
    for (let i = 0; i < 10; i++) await says({ markdown: `Line ${i}` })
    const before = output.transcript().length - 1
    await edits(run, progress('- design done\n- build\n- deploy'))
    await edits(run, progress('- design done\n- build done\n- deploy'))
    expect(output.transcript().slice(before)).toEqual([
      'bot> shop',
      '     • design done',
      '     • build done',
      'you>',
    ])
    await edits(run, { card: { title: 'shop is active', tone: 'success' } })
    expect(output.transcript().slice(before)).toEqual(['bot> shop is active', 'you>'])
  })

  it('a redrawn screen is left alone after the window changed its size', async () => {
    const { says, edits, output } = await createTerminalSeat()
    const ref = await says({ markdown: 'before' })
    output.resize(50, 20)
    await edits(ref, { markdown: 'after' })
    expect(output.transcript().filter((row) => row.startsWith('bot>'))).toEqual(['bot> before', 'bot> after'])
  })

  it('a removed message disappears', async () => {
    const { says, adapter, output } = await createTerminalSeat()
    const ref = await says({ markdown: 'one part too many' })
    await says({ markdown: 'the rest' })
    await adapter.remove('console:local', ref)
    await adapter.remove('console:local', ref)
    expect(output.transcript()).toEqual(['bot> the rest', 'you>'])
  })

  it('a sign that work has begun vanishes with the next output', async () => {
    const { says, keys, adapter, output } = await createTerminalSeat()
    await adapter.typing('console:local')
    await adapter.typing('console:local')
    expect(output.transcript()).toEqual(['bot> …', 'you>'])
    await keys('hurry', ENTER)
    await says({ markdown: 'Here.' })
    expect(output.transcript()).toEqual(['you> hurry', 'bot> Here.', 'you>'])
  })

  it('of a card that was decided after it scrolled away, only the decision is printed', async () => {
    const { says, edits, output } = await createTerminalSeat({ height: 6 })
    const question = { title: 'Plan A', tone: 'question', body: 'Many\n\nlong\n\nwords' } as const
    const ref = await says({ card: { ...question, buttons: buttons('A') } })
    await says({ markdown: 'Anything\n\nelse\n\nthat\n\nI could do?' })
    const before = output.transcript().length - 1
    await edits(ref, { card: { ...question, tone: 'success', body: `${question.body}\n\nApproved by ann` } })
    expect(output.transcript().slice(before)).toEqual(['bot> Plan A', '     Approved by ann', 'you>'])
  })

  it('the console speaks the language the person has by now', async () => {
    let lang: 'en' | 'ru' = 'en'
    const { keys, output } = await createTerminalSeat({ langNow: () => lang })
    await keys(CTRL_C, 'x', CTRL_C)
    lang = 'ru'
    await keys(CTRL_C)
    expect(output.transcript()).toEqual([
      'Press Ctrl-C again to leave (the services keep running).',
      'Нажмите Ctrl-C ещё раз, чтобы выйти (сервисы продолжат работать).',
      'you>',
    ])
  })

  it('a remark is what the bot says', async () => {
    const { adapter, output } = await createTerminalSeat()
    await adapter.tell('console:local', { platformUserId: 'local' }, 'Already decided.')
    expect(output.transcript()).toEqual(['bot> Already decided.', 'you>'])
  })

  it('colours appear unless they are not wanted', async () => {
    const coloured = await createTerminalSeat({ noColor: false })
    const bare = await createTerminalSeat()
    for (const seat of [coloured, bare]) await seat.says({ card: plan('A') })
    expect(coloured.output.raw()).toContain('\u001b[33m')
    expect(bare.output.raw()).not.toContain('\u001b[3')
    expect(coloured.output.transcript()).toEqual(bare.output.transcript())
  })
})

describe('a number', () => {
  it('presses the button of the newest open card, which alone has numbers', async () => {
    const { says, edits, keys, body, output } = await createTerminalSeat()
    await says({ card: plan('A') })
    const newer = await says({ card: plan('B') })
    expect(output.transcript().join('\n')).toContain(
      '     Approve · Reject\n     (a newer card has the numbers)',
    )
    await new Promise((resolve) => setImmediate(resolve))
    await edits(newer, { card: { ...plan('B'), buttons: [] } })
    expect(output.transcript().filter((row) => row.includes('[1] Approve'))).toHaveLength(1)
    expect(output.transcript().join('\n')).not.toContain('newer card')
    await keys('hello', ENTER)
    expect(await body(0)).toMatchObject({ kind: 'text' })
  })

  it('is refused when a newer card took the numbers while it was typed', async () => {
    const { says, keys, clock, arrived, body, output } = await createTerminalSeat()
    await says({ card: plan('A') })
    await clock.advance(5000)
    await keys('1')
    await says({ card: plan('B') })
    await keys(ENTER)
    expect(arrived).toEqual([])
    expect(output.transcript().join(' ')).toContain('A newer card took the numbers')
    await clock.advance(5000)
    await keys('1', ENTER)
    expect(await body(0)).toMatchObject({ action: 'a:B:y' })
  })

  it('is refused when the newer card came faster than a person can look', async () => {
    const { says, keys, clock, arrived } = await createTerminalSeat()
    await says({ card: plan('A') })
    await clock.advance(5000)
    await says({ card: plan('B') })
    await clock.advance(100)
    await keys('1', ENTER)
    expect(arrived).toEqual([])
  })

  it('is a text when no card is open or no button has it', async () => {
    const { says, keys, body } = await createTerminalSeat()
    await keys('7', ENTER)
    expect(await body(0)).toMatchObject({ kind: 'text', text: '7' })
    await says({ card: plan('A') })
    await keys('30', ENTER)
    expect(await body(1)).toMatchObject({ kind: 'text', text: '30' })
  })
})

describe('a question of the bot', () => {
  const ask = { ask: { action: 'a:1:change', prompt: 'What should change?', placeholder: 'e.g. use SQLite' } }

  it('gets the next line as its answer, a number too', async () => {
    const { says, keys, body, output } = await createTerminalSeat()
    await says({ card: plan('A') })
    const ref = await says(ask)
    expect(output.transcript().at(-1)).toBe('answer>')
    await keys('1', ENTER)
    expect(await body(0)).toMatchObject({ kind: 'text', text: '1', replyTo: ref })
    expect(output.transcript().at(-1)).toBe('you>')
  })

  it.each([
    ['an empty line', [ENTER]],
    ['/cancel', ['/cancel', ENTER]],
    ['Ctrl-C', [CTRL_C]],
  ])('is put aside by %s', async (_name, pressed) => {
    const { says, keys, arrived, output, ended } = await createTerminalSeat()
    await says(ask)
    await keys(...pressed)
    expect(output.transcript().slice(-2)).toEqual(['Cancelled.', 'you>'])
    expect({ arrived, ended }).toEqual({ arrived: [], ended: 0 })
  })

  it('is put aside by Esc, with what was typed', async () => {
    const { says, keys, arrived, output } = await createTerminalSeat()
    await says(ask)
    await keys('use', ESC)
    await waitFor(() => output.transcript().includes('Cancelled.'), 'the cancellation')
    expect(output.transcript().at(-1)).toBe('you>')
    await keys('hello', ENTER)
    expect(arrived).toMatchObject([{ body: { kind: 'text', text: 'hello' } }])
    expect(arrived[0]?.body.replyTo).toBeUndefined()
  })

  it('leaves commands alone and goes on waiting', async () => {
    const { says, keys, body } = await createTerminalSeat()
    const ref = await says(ask)
    await keys('/status', ENTER, 'use SQLite', ENTER)
    expect(await body(0)).toMatchObject({ kind: 'command', name: 'status' })
    expect(await body(1)).toMatchObject({ kind: 'text', text: 'use SQLite', replyTo: ref })
  })

  it('does not take a line that was begun before it was asked', async () => {
    const { says, keys, body, output } = await createTerminalSeat()
    await keys('build me')
    const ref = await says(ask)
    await keys(' a shop', ENTER)
    expect(await body(0)).toMatchObject({ text: 'build me a shop' })
    expect((await body(0)).replyTo).toBeUndefined()
    expect(output.transcript().at(-1)).toBe('answer>')
    await keys('use SQLite', ENTER)
    expect(await body(1)).toMatchObject({ replyTo: ref })
  })

  it('that the bot takes back waits no longer', async () => {
    const { says, edits, output } = await createTerminalSeat()
    const ref = await says(ask)
    await edits(ref, { markdown: 'Never mind.' })
    expect(output.transcript()).toEqual(['bot> Never mind.', 'you>'])
  })
})

describe('keys', () => {
  it('Ctrl-C empties the line, then warns, then leaves', async () => {
    const seat = await createTerminalSeat()
    await seat.keys('half a line', CTRL_C)
    expect(seat.output.transcript().at(-1)).toBe('you>')
    await seat.keys(CTRL_C)
    expect(seat.output.transcript()).toContain('Press Ctrl-C again to leave (the services keep running).')
    expect(seat.ended).toBe(0)
    await seat.keys(CTRL_C, CTRL_C)
    expect(seat.ended).toBe(1)
  })

  it('a word between two Ctrl-C is a change of mind', async () => {
    const seat = await createTerminalSeat()
    await seat.keys(CTRL_C, 'wait', ENTER, CTRL_C)
    expect(seat.ended).toBe(0)
  })

  it('Ctrl-D leaves, once', async () => {
    const seat = await createTerminalSeat()
    await seat.keys(CTRL_D)
    await waitFor(() => seat.ended === 1, 'the end')
    await seat.adapter.stop()
    expect(seat.ended).toBe(1)
  })

  it('being stopped is not leaving, and what is said afterwards is still printed', async () => {
    const seat = await createTerminalSeat()
    await seat.adapter.stop()
    await seat.says({ markdown: 'Goodbye.' })
    expect(seat.output.transcript()).toEqual(['bot> Goodbye.'])
    expect(seat.ended).toBe(0)
    expect(seat.output.raw()).toContain('\u001b[?2004l')
  })

  it('Tab completes a command at the start and a project after it', async () => {
    const known = ['/project', '/projects', '/status', 'url-shortener', 'url-checker\u001b]0;x\u0007']
    const { keys, body, output } = await createTerminalSeat({ completions: () => known })
    await keys('/st', TAB, ENTER)
    expect(await body(0)).toMatchObject({ kind: 'command', name: 'status', args: '' })
    await keys('/proj', TAB, TAB)
    expect(output.transcript().slice(-2)).toEqual(['/project  /projects', 'you> /project'])
    await keys(' url-s', TAB, ENTER)
    expect(await body(1)).toMatchObject({ kind: 'command', name: 'project', args: 'url-shortener' })
    expect(output.raw()).not.toContain('\u001b]')
  })

  it('a paste of several lines is one message, sent when the person sends it', async () => {
    const { keys, arrived, body } = await createTerminalSeat()
    await keys('\u001b[200~first\nsecond\n\u001b[31m\tthird\n', '\u001b[201~')
    expect(arrived).toEqual([])
    await keys(ENTER)
    expect(await body(0)).toMatchObject({ kind: 'text', text: 'first\nsecond\n  third' })
  })

  it('a paste that the terminal does not mark is one message too', async () => {
    const { keys, arrived, body } = await createTerminalSeat()
    await keys('first\rsecond\r')
    expect(await body(0)).toMatchObject({ text: 'first\nsecond' })
    expect(arrived).toHaveLength(1)
  })

  it('20,000 characters are a line like any other', async () => {
    const { keys, body } = await createTerminalSeat()
    await keys('x'.repeat(20_000), ENTER)
    expect(await body(0)).toMatchObject({ text: 'x'.repeat(20_000) })
  })
})

describe('a line that cannot be saved', () => {
  it('is handed over again, as the same line, and the person knows', async () => {
    const seat = await createTerminalSeat()
    seat.refusals = 2
    await seat.keys('remember this', ENTER, 'and this', ENTER)
    expect(seat.output.transcript()).toContain('That could not be saved yet; trying again.')
    await seat.clock.advance(60_000)
    expect(seat.arrived.map(({ body }) => body)).toMatchObject([
      { text: 'remember this' },
      { text: 'and this' },
    ])
  })

  it('is given up aloud', async () => {
    const seat = await createTerminalSeat()
    seat.refusals = 100
    await seat.keys('remember this', ENTER)
    await seat.clock.advance(60_000)
    expect(seat.output.transcript()).toContain('That could not be saved. Please say it again.')
    expect(seat.arrived).toEqual([])
  })
})
