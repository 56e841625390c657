/** What arrived, in words every platform shares. Kept in the inbox exactly as it was understood at the door. */
export type InboxBody = TextBody | CommandBody | ActionBody | FormBody

interface Common {
  author: Author
  /** Platform reference of the message that carried it: replies point here. */
  messageRef?: string
  /** Platform reference of the message it answers, if it is a reply. */
  replyTo?: string
  /** Whatever the adapter needs to answer a live request, e.g. Telegram's callback query id. */
  receipt?: Record<string, string>
  /** A file that came with the text; read later, when it is needed. */
  attachment?: Attachment
  /** Characters left out at the door because the text was too long; whoever answers must say so. */
  omitted?: number
}

export interface Attachment {
  name: string
  bytes: number
  /** Whatever the adapter needs to fetch it, e.g. Telegram's file id. */
  ref: Record<string, string>
  /** What was in it, where it has to be worked on once more. */
  text?: string
}

export interface Author {
  name: string
  /** A guess from the platform's settings, used until the person says /lang. */
  langHint?: 'en' | 'ru'
}

export interface TextBody extends Common {
  kind: 'text'
  text: string
}

/** `/project url-shortener` → name `project`, args `url-shortener`. */
export interface CommandBody extends Common {
  kind: 'command'
  name: string
  args: string
}

/** A pressed button. `action` is the string the button carried, see `Button` in bots/chat.ts. */
export interface ActionBody extends Common {
  kind: 'action'
  action: string
}

/** A text asked for by a button: a Slack modal, a Telegram forced reply, a console line. */
export interface FormBody extends Common {
  kind: 'form'
  action: string
  text: string
}
