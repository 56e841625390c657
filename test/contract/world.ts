import type { ChatAdapter, ConversationKey } from '../../src/bots/chat.ts'

/**
 * What the contract suite needs to know of a platform: an adapter that was not started, a fake of its platform
 * on a real socket (or a pair of streams), and one person who talks to the bot in private. A world is made anew
 * for every test. Verbs resolve when the platform has taken the thing in, not when the adapter has.
 */
export interface AdapterWorld {
  adapter: ChatAdapter
  /** The private conversation of the person. */
  conversation: ConversationKey
  person: {
    /** As `Incoming.platformUserId` should say it. */
    id: string
    says(text: string, options?: { replyTo?: string }): Promise<void>
    /** The platform's own way to a command, e.g. `/project x` or `/prorab project x`. */
    commands(name: string, args: string): Promise<void>
    /** Presses a button of the newest message that has one with this label. */
    presses(label: string): Promise<void>
    /**
     * Answers an `ask` in the platform's own way: a reply, a modal, a line. `prompt` is the ask's reference;
     * `begun`: it came with a text to begin with, and this is the whole new one.
     */
    answers(prompt: string, text: string, options?: { begun?: boolean }): Promise<void>
    /** Sends a file, perhaps with words or as a reply. Absent where nothing can be attached. */
    attaches?(file: AttachedFile, options?: { words?: string; replyTo?: string }): Promise<void>
    /** Removes a message of the bot. Absent where nothing can be removed. */
    deletes?(ref: string): Promise<void>
  }
  /** A group where the bot is. Absent where there are none. */
  group?: {
    conversation: ConversationKey
    /** The person says this to the bot by its name. */
    mentions(text: string): Promise<void>
    /** The person says this to the others, with no mention of the bot. */
    chatters(text: string): Promise<void>
  }
  /** The platform announces a message of the bot itself to the bot. Absent where it never does. */
  echo?(text: string): Promise<void>
  /** What is to be seen in a conversation, oldest first; only messages of the bot. */
  shown(conversation?: ConversationKey): Promise<ShownMessage[]>
  /** The files to be seen in the private conversation, oldest first. */
  files(): Promise<{ name: string; content: Buffer }[]>
  /** Methods of the platform that were called so far. Absent where there are none. */
  calls?(): string[]
  /** How many deliveries the platform believes received. Absent where nothing is acknowledged. */
  acknowledged?(): number
  /** True when a delivery that was not taken comes again by itself. */
  redelivers: boolean
  /** Makes the platform's next answers bad, until `heals`. Absent where the platform cannot fail. */
  faults?: {
    /** Too many requests, try again in so many milliseconds (whole seconds). */
    limitsRate(retryAfterMs: number): void
    /** Answers 5xx. */
    breaks(): void
    /** Cuts the connection. */
    resets(): void
    /** Says a final no: the bot was blocked, removed, or the chat does not exist. */
    refuses(): void
    heals(): void
  }
  /** Strings that may appear in no error and no log line. */
  secrets: string[]
  /** Everything logged so far. */
  logged(): string
  /** Stops the adapter and the fake. */
  close(): Promise<void>
}

export interface AttachedFile {
  name: string
  content: string | Buffer
  /** It cannot be had any more when somebody asks for it. */
  gone?: boolean
}

/** A message as a person sees it: formatting applied, not spelled out. */
export interface ShownMessage {
  ref: string
  text: string
  /** Labels of the buttons that can be pressed. */
  buttons: string[]
  /**
   * Who is called by it: people, channels, everyone. The bot must never call anybody by quoting a text. Names
   * that the platform by itself recognises in anybody's words, as Telegram does with @name, do not count.
   */
  mentions: string[]
  /** Addresses hidden behind other words. One that is spelled out is not hidden. */
  links: string[]
}
