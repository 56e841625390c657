import type { InboxBody } from '../db/shapes/incoming.ts'
import type { Inbox } from '../domain/conversations/inbox.ts'
import type { Wake } from '../domain/wake.ts'
import type { Log } from '../log.ts'
import type { Receive } from './chat.ts'

export interface IngressDeps {
  inbox: Inbox
  wake: Pick<Wake, 'turn' | 'action'>
  log: Log
}

/** Longer than any chat lets a person type; what is over is counted in `omitted`, for the answer to say so. */
export const MAX_TEXT_LENGTH = 20_000

/**
 * The door (design rule 1): what arrives is written down and its worker is woken, nothing else. Rejects when it
 * could not be written, so that the platform delivers it again. A wake-up that fails only costs time: the sweeper
 * finds the row.
 */
export const createIngress =
  ({ inbox, wake, log }: IngressDeps): Receive =>
  async (incoming) => {
    const { id, conversationId, lane, taken } = await inbox.write({
      ...incoming,
      body: cleanBody(incoming.body),
    })
    if (taken) return
    try {
      // A redelivery wakes too: the first delivery may have died before it could.
      await (lane === 'turn' ? wake.turn(conversationId) : wake.action(id))
    } catch (error) {
      log.warn({ err: error, inboxId: id, conversationId }, 'ingress.wake_failed')
    }
  }

const cleanBody = ({ attachment, ...given }: InboxBody): InboxBody => {
  const named = attachment && { ...attachment, name: cleanText(attachment.name).replaceAll('\n', ' ') }
  const body = { ...given, ...(named && { attachment: named }) }
  const author = { ...body.author, name: cleanText(body.author.name) }
  switch (body.kind) {
    case 'text':
    case 'form': {
      const { text, omitted } = bounded(cleanText(body.text))
      return { ...body, author, text, ...(omitted > 0 && { omitted }) }
    }
    case 'command': {
      const { text, omitted } = bounded(cleanText(body.args))
      return { ...body, author, args: text, ...(omitted > 0 && { omitted }) }
    }
    case 'action':
      return { ...body, author }
    default:
      return body satisfies never
  }
}

/** Everything invisible that does something, tabs and line breaks excepted. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: removing them is the point
const CONTROL_CHARACTERS = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/g
/** They make the rest of a line read backwards, also outside of the text they came in. */
const DIRECTION_OVERRIDES = /[\u202a-\u202e\u2066-\u2069]/g

const cleanText = (text: string): string =>
  text.replace(/\r\n?/g, '\n').replace(CONTROL_CHARACTERS, '').replace(DIRECTION_OVERRIDES, '').toWellFormed()

const bounded = (text: string): { text: string; omitted: number } => {
  if (text.length <= MAX_TEXT_LENGTH) return { text, omitted: 0 }
  // A surrogate pair at the cut stays whole by staying out.
  const kept = text.slice(0, MAX_TEXT_LENGTH).replace(/[\ud800-\udbff]$/, '')
  return { text: kept, omitted: text.length - kept.length }
}
