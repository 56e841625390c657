/**
 * What to show, never how: delivery renders the thing as it is at that moment (design rule 5).
 * `view` names a thing by id; `notice` a text by key, put into the reader's language; `text` words of a model
 * or of a person, in Markdown.
 */
export type OutboxContent = TextContent | NoticeContent | ViewContent | AskContent

export interface TextContent {
  type: 'text'
  markdown: string
}

export interface NoticeContent {
  type: 'notice'
  key: string
  args: Record<string, string | number>
  /** Shown only to the reader where the platform can do that (a Slack ephemeral, a Telegram toast). */
  onlyToReader?: boolean
  /** The receipt of the pressed button that this answers, when there is one. */
  receipt?: Record<string, string>
}

export interface ViewContent {
  type: 'view'
  view: ViewName
  args: Record<string, string | number>
}

/** Asks the reader for a line of text; the answer comes back as a `form` with the same action. */
export interface AskContent {
  type: 'ask'
  key: string
  args: Record<string, string | number>
  action: string
}

export type ViewName =
  | 'approval' /** args.id */
  | 'approvals' /** the open ones */
  | 'run' /** args.id: the progress message, edited in place */
  | 'run-result' /** args.id: how it ended */
  | 'project' /** args.name */
  | 'projects' /** args.page */
  | 'logs' /** args.name, args.lines */
  | 'users'
  | 'status'
  | 'agents' /** args.project?, args.page */
  | 'agent' /** args.id */
  | 'agent-prompt' /** args.id, args.version? */
  | 'agent-config' /** args.id, args.version? */
  | 'agent-history' /** args.id, args.page */
  | 'agent-diff' /** args.id, args.from, args.to */
  | 'task' /** args.id: an answer of one agent, from "is looking into it" to the answer, edited in place */
  | 'why' /** args.id: a decision */
  | 'decisions' /** args.filter?, args.page */
  | 'workers' /** args.page */
  | 'worker' /** args.id */
  | 'costs' /** args.scope?, args.name?, args.period? */
  | 'budgets'
  | 'incident' /** args.id: the card of an incident, edited in place as it moves */
  | 'incident-timeline' /** args.id */
  | 'incident-call' /** args.id: a line in a group that mentions who is called */
  | 'incidents' /** args.filter?, args.page */
  | 'digest' /** args.id (conversation): what is open, in a storm; edited in place */
  | 'alerts' /** what this chat hears of */
  | 'on-call' /** args.project? */
  | 'escalation' /** args.project? */
  | 'swap' /** args.id */
  | 'servers' /** args.page */
  | 'server' /** args.id */
  | 'sync'
  | 'discovered' /** args.id: a project that was found */
  | 'audit' /** args.page */
  | 'help' /** args.topic? */

/** One platform message that carries (a part of) an outbox row. */
export interface DeliveredPart {
  /** The platform's reference, enough to edit it later. */
  ref: string
  /** Hash of what was last shown, so that an edit that changes nothing is not sent. */
  hash: string
}
