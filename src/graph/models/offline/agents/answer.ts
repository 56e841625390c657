import type { BaseMessage } from '@langchain/core/messages'

/** What an agent of the offline model says next: words, tool calls, or both. */
export interface OfflineAnswer {
  text: string
  calls: { name: string; args: Record<string, unknown> }[]
}

/** Decides from the same messages that a real model would get, and from nothing else. */
export type OfflineAgent = (messages: readonly BaseMessage[]) => OfflineAnswer

export const says = (text: string): OfflineAnswer => ({ text, calls: [] })

export const calls = (name: string, args: Record<string, unknown>, text = ''): OfflineAnswer => ({
  text,
  calls: [{ name, args }],
})

/** The messages since the person last spoke: what has been done in this turn. */
export const sinceHuman = (messages: readonly BaseMessage[]): BaseMessage[] =>
  messages.slice(messages.findLastIndex((message) => message.getType() === 'human') + 1)

/** Results of a tool in this turn, oldest first. */
export const resultsOf = (messages: readonly BaseMessage[], tool: string): string[] =>
  messages.flatMap((message) => (message.getType() === 'tool' && message.name === tool ? [message.text] : []))
