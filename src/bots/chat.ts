import type { Hono } from 'hono'
import type { Lang } from '../db/schema/users.ts'
import type { Attachment, InboxBody } from '../db/shapes/incoming.ts'

/**
 * The words every chat platform shares. An adapter turns what a platform says into `Incoming` and what the bot
 * says (`Outgoing`) into the platform's own messages; it decides nothing. See docs/extending.md.
 */
export type Platform = 'telegram' | 'slack' | 'console'

/** Platform and address in one string, e.g. `telegram:777:-100123:5` or `slack:T1:C1:1700000000.0001`. */
export type ConversationKey = `${Platform}:${string}`

export interface Incoming {
  platform: Platform
  /** The platform's id of this delivery; a redelivery carries the same one. */
  eventId: string
  /** Identity of the message itself, where one message is announced by several events. */
  messageKey?: string
  conversation: { key: ConversationKey; kind: 'private' | 'group' }
  platformUserId: string
  body: InboxBody
}

/**
 * Hands an incoming thing to prorab. Resolves once its row is in the database; only then may the platform be
 * told that it was received. Rejects when the row could not be written: the platform must deliver again.
 */
export type Receive = (incoming: Incoming) => Promise<void>

export interface Outgoing {
  /** Markdown of a person or a model. Never interpreted as anything but text and formatting. */
  markdown?: string
  card?: Card
  /** A file that follows the card; a picture is shown as one. Where files cannot be shown, its name is. */
  file?: OutgoingFile
  /** Asks the reader for a text; the answer must come back as a `form` with this action. */
  ask?: Ask
}

export interface Ask {
  action: string
  prompt: string
  placeholder?: string
  /**
   * The text to begin with, where the reader changes what is there. Shown above the question, or given to an editor;
   * where it is too long for a message, the platform shows only the question: send it as a `file` as well.
   */
  initial?: string
}

export interface OutgoingFile {
  /** With its ending: `costs.png`, `Architect.json`. */
  name: string
  mediaType: 'image/png' | 'application/json' | 'text/markdown'
  data: Uint8Array
  /** What it shows, in words, for who cannot see it. */
  caption: string
}

/** What a person looks at and presses. Pure data; each platform draws it in its own way (G-5). */
export interface Card {
  title: string
  tone: 'neutral' | 'question' | 'progress' | 'success' | 'warning' | 'danger'
  /** Stands right under the title: mentioned where the platform can, named where it cannot. */
  calls?: readonly CalledPerson[]
  /** Markdown. */
  body?: string
  fields?: { label: string; value: string }[]
  /** Rows of buttons. None on a card that was decided. */
  buttons?: Button[][]
  footer?: string
}

/** Somebody who is called. The only way to a mention: no text ever becomes one. */
export interface CalledPerson {
  name: string
  /** Their account on the platform of the conversation. */
  platformUserId?: string
}

export interface Button {
  label: string
  /** Comes back in `ActionBody.action`. At most 60 bytes (Telegram's callback data is 64). */
  action: string
  style?: 'primary' | 'danger'
  /** The button asks for a text first. With a modal where there is one, else by `Outgoing.ask`. */
  form?: { title: string; label: string }
}

/** One platform message, ready to be sent. `hash` tells whether an edit would change anything. */
export interface RenderedPart {
  payload: unknown
  hash: string
}

export interface SendOptions {
  /** Platform reference of the message to reply to. */
  replyTo?: string
  /** The same for every attempt of the same part; a platform that can deduplicate uses it. */
  idempotencyKey: string
}

/**
 * `unchanged`: the platform already shows this. `gone`: the message is not there any more; send it anew. Where one
 * cannot become the other (a file is no text, and never another file), the adapter takes it away and says `gone`.
 */
export type EditOutcome = 'edited' | 'unchanged' | 'gone'

export interface MenuEntry {
  command: string
  description: string
}

/** The command menu of a platform, per language; `admin` is what admins see in private. */
export type CommandMenu = (lang: Lang, audience: 'everyone' | 'admin') => MenuEntry[]

export interface ChatAdapter {
  readonly platform: Platform
  /** True when a button with `form` opens a form by itself (Slack); else the bot sends an `ask`. */
  readonly opensForms: boolean
  /** Commands follow this word, as in `/prorab status`; where there is none, they stand alone. */
  readonly commandWord?: string
  /** Least time between two edits of one message, per kind of conversation. */
  readonly editIntervalMs: { private: number; group: number }
  /** How many alerts the whole account may send or change within a time, where broadcasts are limited. */
  readonly callRate?: { calls: number; perMs: number }
  /** Webhook routes, mounted by the HTTP server; undefined when the adapter pulls. */
  readonly routes?: Hono
  start(receive: Receive): Promise<void>
  /** Stops taking in; what was received keeps its promise. */
  stop(): Promise<void>
  /** Draws and splits a message. Pure, at least one part. */
  render(message: Outgoing): RenderedPart[]
  /**
   * @returns the platform's reference of the sent message.
   * @throws AppError rate_limited (with retryAfterMs, and scope `global` when the whole account must wait),
   *   platform_unavailable, platform_refused; ConversationMoved when the chat lives elsewhere now. Must give up
   *   within a minute: everything said later in this conversation waits for it.
   */
  send(conversation: ConversationKey, part: RenderedPart, options: SendOptions): Promise<string>
  edit(conversation: ConversationKey, ref: string, part: RenderedPart): Promise<EditOutcome>
  /** Deletes a part that is no longer needed after an edit became shorter. Missing messages are fine. */
  remove(conversation: ConversationKey, ref: string): Promise<void>
  /** Answers one person, best effort: a toast for a pressed button, an ephemeral message. */
  tell(
    conversation: ConversationKey,
    to: { platformUserId: string; receipt?: Record<string, string> },
    text: string,
  ): Promise<void>
  /**
   * Reads a file that somebody attached, as text.
   * @throws AppError invalid when it is no text or larger than `maxBytes`; platform_unavailable.
   */
  readAttachment?(attachment: Attachment, limits: { maxBytes: number }): Promise<string>
  /** Ends the waiting that a pressed button shows, where it does and nothing is told; best effort. */
  settle?(receipt: Record<string, string>): Promise<void>
  /** Shows that work has begun ("typing…"), best effort. */
  typing(conversation: ConversationKey): Promise<void>
  /** Shows an admin the further commands, where a platform has menus per person. @throws AppError */
  setAdminMenu?(platformUserId: string, lang: Lang): Promise<void>
  /** Asks the platform who we are. @throws AppError with what to fix. */
  check(): Promise<string>
}

/** Thrown by `send` and `edit` when a chat got a new address (a Telegram group became a supergroup). */
export class ConversationMoved extends Error {
  override readonly name = 'ConversationMoved'
  readonly to: ConversationKey
  constructor(to: ConversationKey) {
    super(`the conversation moved to ${to}`)
    this.to = to
  }
}
