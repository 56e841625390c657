import type { Agent } from '../../domain/agents/agents.ts'
import type { Outgoing, OutgoingFile } from '../chat.ts'
import type { Words } from '../words.ts'
import { agentCommand } from './agent-facts.ts'
import { agentFormButton } from './agent-form-button.ts'
import { commandButton } from './command-button.ts'
import { fenced } from './fenced.ts'
import { oneLine } from './plain.ts'

export interface AgentTextData {
  agent: Pick<Agent, 'id' | 'name' | 'version'>
  what: 'prompt' | 'config'
  version: number
  text: string
  mayManage: boolean
}

/** Longer is read better in a file than in a chat, and can be edited and sent back. */
export const SHOWN_IN_CHAT_CHARS = 2_900

/** A prompt or a whole config: in the chat when it is short, else as a file. */
export const agentTextMessage = (words: Words, data: AgentTextData): Outgoing => {
  const { t, count } = words
  const { agent, what, version, text, mayManage } = data
  const short = text.length <= SHOWN_IN_CHAT_CHARS
  const key = what === 'prompt' ? 'agent-prompt-title' : 'agent-config-title'
  const title = t(key, { agent: oneLine(agent.name), version: String(version) })
  return {
    card: {
      title,
      tone: 'neutral',
      body: short
        ? fenced(text, what === 'config' ? 'json' : '')
        : t('agent-text-as-file', { characters: count(text.length) }),
      buttons: [
        [
          ...(mayManage ? [agentFormButton(words, what, agent)] : []),
          ...commandButton(t('button-agent-open'), agentCommand(agent)),
        ],
      ],
    },
    ...(!short && { file: agentFile({ name: agent.name, what, version, text, caption: title }) }),
  }
}

/** `architect-prompt-v3.md`, `architect-config-v3.json`. */
export const agentFile = ({
  name,
  what,
  version,
  text,
  caption,
}: {
  name: string
  what: 'prompt' | 'config'
  version: number
  text: string
  caption: string
}): OutgoingFile => ({
  name: `${name}-${what}-v${version}.${what === 'prompt' ? 'md' : 'json'}`,
  mediaType: what === 'prompt' ? 'text/markdown' : 'application/json',
  data: new TextEncoder().encode(`${text}\n`),
  caption,
})
