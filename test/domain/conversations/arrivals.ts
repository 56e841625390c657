import type { InboxBody } from '../../../src/db/shapes/incoming.ts'
import type { Arrival } from '../../../src/domain/conversations/inbox.ts'

let events = 0

/** Something Ann said in Telegram. */
export const arrival = (text: string, more: Partial<Arrival> = {}): Arrival => ({
  platform: 'telegram',
  eventId: `event-${++events}`,
  conversation: { key: 'telegram:1:2', kind: 'private' },
  platformUserId: '4711',
  body: { kind: 'text', text, author: { name: 'Ann' } },
  ...more,
})

export const command = (name: string, more: Partial<Arrival> = {}): Arrival =>
  arrival('', {
    body: { kind: 'command', name, args: '', author: { name: 'Ann' } } satisfies InboxBody,
    ...more,
  })
