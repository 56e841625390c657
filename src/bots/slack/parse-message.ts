import type { ConversationKey, Incoming } from '../chat.ts'
import { attachmentOf } from './attachment.ts'
import type { Identity } from './identity.ts'
import { isDirect, messageRef, placeKey } from './keys.ts'
import { type MessageEvent, messageEvent } from './payloads.ts'
import type { People } from './people.ts'
import { decodeText, mentions, withoutMention } from './text.ts'

/** Of all the kinds of message events, those in which a person says something new. */
const SPOKEN_SUBTYPES: ReadonlySet<string | undefined> = new Set([
  undefined,
  'file_share',
  'thread_broadcast',
])

/** Slack's own assistant; it has no bot id. */
const SLACKBOT = 'USLACKBOT'

export interface Surroundings {
  identity: Identity
  people: People
  /** True when the bot takes part in a thread of a channel: then it listens without being named. */
  isKnownThread: (key: ConversationKey) => Promise<boolean>
}

/**
 * A `message` or `app_mention` event as what a person said to the bot; undefined when it was not said to it. In
 * channels the bot answers in a thread: that of the message, or a new one under it (B-9).
 *
 * @throws ZodError when Slack's payload is not what it was.
 */
export const parseMessage = async (body: unknown, around: Surroundings): Promise<Incoming | undefined> => {
  const { identity, people } = around
  const { event, event_id } = messageEvent.parse(body)
  const { user, channel, ts } = event
  if (!user || isBot(event, identity) || !SPOKEN_SUBTYPES.has(event.subtype)) return undefined

  const inThread = event.thread_ts !== undefined && event.thread_ts !== ts
  const direct = isDirect(channel)
  const thread = inThread || !direct ? (event.thread_ts ?? ts) : undefined
  const key = placeKey({ team: identity.teamId, channel, thread })
  const named = event.type === 'app_mention' || mentions(event.text, identity.botUserId)
  // A reply below what the bot said, e.g. an alert, is said to it, as a reply in Telegram is.
  const answersUs = inThread && event.parent_user_id === identity.botUserId
  if (!direct && !named && !answersUs && !(inThread && (await around.isKnownThread(key)))) return undefined

  const text = decodeText(withoutMention(event.text, identity.botUserId))
  const { real_name, display_name } = event.user_profile ?? {}
  const common = {
    author: people.author(user, display_name || real_name),
    messageRef: messageRef(channel, ts),
    ...(inThread && event.thread_ts ? { replyTo: messageRef(channel, event.thread_ts) } : {}),
    ...attachmentOf(event.files),
  }
  return {
    platform: 'slack',
    eventId: `${identity.teamId}:${event_id}`,
    messageKey: `${identity.teamId}:${channel}:${ts}`,
    conversation: { key, kind: direct ? 'private' : 'group' },
    platformUserId: user,
    body: { ...common, ...spoken(text, { bareName: named, file: Boolean(event.files?.length) }) },
  }
}

const isBot = ({ user, bot_id }: MessageEvent, { botUserId }: Identity): boolean =>
  bot_id !== undefined || user === botUserId || user === SLACKBOT

const COMMAND = /^\/(?:prorab\s+)?([a-z][\w-]*)(?:\s+([\s\S]*))?$/i
const HELP = { kind: 'command' as const, name: 'help', args: '' }
/** A file without a word: who asked for one takes it, and everybody else is told that it was not read. */
const ONLY_A_FILE = { kind: 'command' as const, name: 'unsupported', args: 'file' }

/** Slack has no slash commands in threads, so `@prorab /status` is one too; the bare name asks for help. */
const spoken = (text: string, { bareName, file }: { bareName: boolean; file: boolean }) => {
  if (text === '' && file) return ONLY_A_FILE
  if (text === '/prorab' || (text === '' && bareName)) return HELP
  const [, name, args = ''] = COMMAND.exec(text) ?? []
  if (name === undefined) return { kind: 'text' as const, text }
  return { kind: 'command' as const, name: name.toLowerCase(), args: args.trim() }
}
