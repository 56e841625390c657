import { pino } from 'pino'
import { describe, expect, test } from 'vitest'
import type { Incoming } from '../../src/bots/chat.ts'
import { createIngress, MAX_TEXT_LENGTH } from '../../src/bots/ingress.ts'
import type { Arrival } from '../../src/domain/conversations/inbox.ts'

const incoming = (body: Incoming['body']): Incoming => ({
  platform: 'telegram',
  eventId: '1',
  conversation: { key: 'telegram:1:2', kind: 'private' },
  platformUserId: '4711',
  body,
})

const stage = ({ writes = true, wakes = true } = {}) => {
  const written: Arrival[] = []
  const woken: string[] = []
  const wakeUp = (name: string) => async (id: string) => {
    if (!wakes) throw new Error('the queue is away')
    woken.push(`${name} ${id}`)
  }
  const receive = createIngress({
    inbox: {
      write: async (arrival) => {
        if (!writes) throw new Error('the database is away')
        written.push(arrival)
        const lane = arrival.body.kind === 'text' ? 'turn' : 'action'
        return { id: 'row', conversationId: 'conversation', lane, fresh: true, taken: false }
      },
    },
    wake: { turn: wakeUp('turn'), action: wakeUp('action') },
    log: pino({ level: 'silent' }),
  })
  const says = async (text: string) => {
    await receive(incoming({ kind: 'text', text, author: { name: 'Ann' } }))
    return written.at(-1)?.body
  }
  return { receive, says, written, woken }
}

describe('the door', () => {
  test('writes down what was said and wakes the turn', async () => {
    const { says, woken } = stage()
    expect(await says('make me a shortener')).toMatchObject({ text: 'make me a shortener' })
    expect(woken).toEqual(['turn conversation'])
  })

  test('wakes the action for a command', async () => {
    const { receive, woken } = stage()
    await receive(incoming({ kind: 'command', name: 'status', args: '', author: { name: 'Ann' } }))
    expect(woken).toEqual(['action row'])
  })

  test('asks for another delivery when it could not write', async () => {
    await expect(stage({ writes: false }).says('hi')).rejects.toThrow('the database is away')
  })

  test('has received a message even when nobody could be woken', async () => {
    const { says, written } = stage({ wakes: false })
    await says('hi')
    expect(written).toHaveLength(1)
  })

  test('lets no invisible characters in, and leaves languages and emoji alone', async () => {
    const { says } = stage()
    expect(await says('a\0b\u0007c\u001b[31m\u202ed\u2066e\ud83d')).toMatchObject({ text: 'abc[31mde\ufffd' })
    const fine = 'שלום 👨‍👩‍👧‍👦\n\tслово'
    expect(await says(fine)).toMatchObject({ text: fine })
    expect(await says('one\r\ntwo\rthree')).toMatchObject({ text: 'one\ntwo\nthree' })
  })

  test('keeps twenty thousand characters whole, and says how many more there were', async () => {
    const { says } = stage()
    const whole = await says('x'.repeat(MAX_TEXT_LENGTH))
    expect(whole).toMatchObject({ text: 'x'.repeat(MAX_TEXT_LENGTH) })
    expect(whole).not.toHaveProperty('omitted')
    const cut = await says(`${'x'.repeat(MAX_TEXT_LENGTH - 1)}😀!`)
    expect(cut).toMatchObject({ text: 'x'.repeat(MAX_TEXT_LENGTH - 1), omitted: 3 })
  })

  test('lets a file keep its name, without what would make it look like another', async () => {
    const { receive, written } = stage()
    const attachment = { name: 'config\u202enosj.exe\nrun me\u0007', bytes: 2, ref: { fileId: 'A\u0007' } }
    await receive(incoming({ kind: 'text', text: 'here', author: { name: 'Ann' }, attachment }))
    await receive(incoming({ kind: 'command', name: 'agent', args: '', author: { name: 'Ann' }, attachment }))
    for (const { body } of written)
      expect(body.attachment).toEqual({ name: 'confignosj.exe run me', bytes: 2, ref: { fileId: 'A\u0007' } })
  })
})
