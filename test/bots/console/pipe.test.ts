import { describe, expect, it } from 'vitest'
import type { Card, Outgoing } from '../../../src/bots/chat.ts'
import { QUIET_MS } from '../../../src/bots/console/paper.ts'
import { waitFor } from '../../support/wait-for.ts'
import { createPipeSeat } from './seat.ts'

const plan: Card = {
  title: 'Plan for url-shortener',
  tone: 'question',
  body: 'Two tasks.',
  fields: [{ label: 'Cost', value: '$0.42' }],
  buttons: [
    [
      { label: 'Approve', action: 'a:1:y' },
      { label: 'Reject', action: 'a:1:n' },
    ],
  ],
}

/** A script that is read while the bot answers each line by what `answers` has for it. */
const play = async (
  script: string,
  answers: (text: string, seat: Awaited<ReturnType<typeof createPipeSeat>>) => Promise<unknown>,
) => {
  let work: Promise<unknown> = Promise.resolve()
  let taken = 0
  const seat = await createPipeSeat({
    settled: async () => {
      for (const { body } of seat.arrived.slice(taken)) {
        taken += 1
        work = answers(
          body.kind === 'action' ? body.action : body.kind === 'text' ? body.text : body.kind,
          seat,
        )
      }
      await work
    },
  })
  await seat.start()
  seat.input.end(script)
  await waitFor(() => seat.ended === 1, 'the end of the script')
  return seat
}

describe('a script', () => {
  it('talks to the bot line by line, and the transcript reads as a conversation', async () => {
    const seat = await play('create a URL shortener\n1\n', async (said, { says, edits }) => {
      if (said !== 'a:1:y') {
        const ref = await says({ markdown: '…' })
        await edits(ref, { markdown: 'A service that' })
        await edits(ref, { markdown: 'A service that makes long addresses short.' })
        return says({ card: plan })
      }
      const run = await says({ card: { title: 'url-shortener', tone: 'progress', body: '- design' } })
      await edits(run, { card: { title: 'url-shortener', tone: 'progress', body: '- design done\n- build' } })
      await edits(run, {
        card: { title: 'url-shortener', tone: 'success', body: '- design done\n- build done' },
      })
      return says({ markdown: 'It is at http://127.0.0.1:8001' })
    })
    expect(seat.arrived.map(({ body }) => body.kind)).toEqual(['text', 'action'])
    expect(seat.transcript().split('\n')).toEqual([
      'you> create a URL shortener',
      'bot> A service that makes long addresses short.',
      'bot> Plan for url-shortener',
      '     Two tasks.',
      '',
      '     Cost  $0.42',
      '',
      '     [1] Approve  [2] Reject',
      'you> 1',
      '     → Approve',
      'bot> url-shortener',
      '     • design',
      'bot> • design done',
      '     • build',
      'bot> • build done',
      'bot> It is at http://127.0.0.1:8001',
      '',
    ])
  })

  it('answers a question with its next line', async () => {
    const seat = await play('change it\nuse SQLite\n', async (said, { says }) =>
      said === 'change it' ? says({ ask: { action: 'a:1:c', prompt: 'What should change?' } }) : undefined,
    )
    expect(seat.arrived[1]?.body).toMatchObject({ text: 'use SQLite', replyTo: expect.any(String) })
    expect(seat.transcript()).toContain(
      'bot> What should change?\n     (an empty line cancels)\nanswer> use SQLite\n',
    )
  })

  it('waits before each line until nothing is in hand, and before its end', async () => {
    const gates = [
      Promise.withResolvers<void>(),
      Promise.withResolvers<void>(),
      Promise.withResolvers<void>(),
    ]
    let waits = 0
    const seat = await createPipeSeat({ settled: () => gates[waits++]?.promise ?? Promise.resolve() })
    await seat.start()
    seat.input.end('first\n\nsecond')
    await waitFor(() => waits === 1, 'the first wait')
    expect(seat.arrived).toHaveLength(0)
    gates[0]?.resolve()
    await waitFor(() => waits === 2 && seat.arrived.length === 1, 'the second wait')
    gates[1]?.resolve()
    gates[2]?.resolve()
    await waitFor(() => seat.ended === 1, 'the end')
    expect(seat.arrived.map(({ body }) => body)).toMatchObject([{ text: 'first' }, { text: 'second' }])
    expect(seat.transcript()).toBe('you> first\nyou> second\n')
  })

  it('that is stopped says no more', async () => {
    const gate = Promise.withResolvers<void>()
    const seat = await createPipeSeat({ settled: () => gate.promise })
    await seat.start()
    seat.input.end('first\n')
    await seat.settle()
    await seat.adapter.stop()
    gate.resolve()
    await seat.settle()
    expect({ arrived: seat.arrived, ended: seat.ended }).toEqual({ arrived: [], ended: 0 })
  })

  it('ends when nobody reads the transcript any more', async () => {
    const seat = await createPipeSeat()
    await seat.start()
    const { output } = seat
    output.emit('error', new Error('EPIPE'))
    expect(seat.ended).toBe(1)
  })
})

describe('a transcript', () => {
  it('has no escape codes, whatever a text contains', async () => {
    const seat = await createPipeSeat({ noColor: false })
    const evil = 'a\u001b[2Jb\u001b]0;title\u0007c\u009b31md\u202ee\rf &#27;[31mg'
    const messages: Outgoing[] = [
      { markdown: `${evil} **${evil}** \`${evil}\`\n\n    ${evil}\n\n| ${evil} |\n| - |\n| ${evil} |` },
      {
        card: {
          title: evil,
          tone: 'danger',
          body: `[${evil}](http://x.example/\u001b[1m)`,
          fields: [{ label: evil, value: evil }],
          footer: evil,
          buttons: [[{ label: evil, action: 'a' }]],
        },
      },
      { ask: { action: 'a', prompt: evil, placeholder: evil } },
    ]
    for (const message of messages) await seat.says(message)
    await seat.adapter.tell('console:local', { platformUserId: 'local' }, evil)
    await seat.adapter.typing('console:local')
    await seat.adapter.stop()
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must be gone.
    expect(seat.transcript()).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/)
    expect(seat.transcript()).toContain('abcd')
  })

  it('shows a text that rests, and then only how it goes on', async () => {
    const seat = await createPipeSeat()
    const ref = await seat.says({ markdown: 'First.\n\nSecond' })
    expect(seat.transcript()).toBe('')
    await seat.clock.advance(QUIET_MS)
    expect(seat.transcript()).toBe('bot> First.\n\n     Second\n')
    await seat.edits(ref, { markdown: 'First.\n\nSecond and more.\n\nThird.' })
    await seat.clock.advance(QUIET_MS)
    expect(seat.transcript()).toBe('bot> First.\n\n     Second\nbot> and more.\n\n     Third.\n')
  })

  it('names the card of a change when something else was said since', async () => {
    const seat = await createPipeSeat()
    const ref = await seat.says({ card: plan })
    await seat.says({ card: { title: 'Another', tone: 'neutral' } })
    await seat.edits(ref, { card: { ...plan, buttons: [], footer: 'Approved by you' } })
    expect(seat.transcript()).toMatch(/bot> Another\nbot> Plan for url-shortener\n {5}Approved by you\n$/)
  })

  it('takes numbers in the order of the cards, the newest first', async () => {
    const seat = await play('go\n1\n1\n', async (said, { says, edits }) => {
      if (said === 'go') {
        await says({ card: plan })
        const newer = await says({ card: { ...plan, buttons: [[{ label: 'Yes', action: 'newer' }]] } })
        edit = () => edits(newer, { card: { ...plan, buttons: [] } })
      } else if (said === 'newer') await edit()
    })
    expect(seat.arrived.slice(1).map(({ body }) => body)).toMatchObject([
      { action: 'newer' },
      { action: 'a:1:y' },
    ])
  })
})

let edit: () => Promise<unknown> = async () => {}
