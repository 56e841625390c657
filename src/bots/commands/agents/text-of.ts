import type { Executor } from '../../../db/client.ts'
import type { AgentConfig } from '../../../db/shapes/agent.ts'
import type { Agent } from '../../../domain/agents/agents.ts'
import { findVersion } from '../../../domain/agents/versions.ts'

/** What a person reads and edits: the prompt as it is, or the config as JSON. */
export const textOf = (config: AgentConfig, what: 'prompt' | 'config'): string =>
  what === 'prompt' ? config.system_prompt : JSON.stringify(inOrder(config), undefined, 2)

/** The same of one version; undefined when there is none. */
export const agentText = async (
  db: Executor,
  agent: Agent,
  { what, version }: { what: 'prompt' | 'config'; version: number },
): Promise<string | undefined> => {
  const state = version === agent.version ? agent : await findVersion(db, agent.id, version)
  return state && textOf(state.config, what)
}

/** The database keeps keys in an order of its own; people look for them where they were last time. */
const inOrder = ({ metadata, ...fields }: AgentConfig) => ({
  ...sorted(fields, FIELDS),
  metadata: sorted(metadata, METADATA),
})

const FIELDS = ['model', 'temperature', 'system_prompt', 'tools', 'concurrency_limit', 'max_tokens']
const METADATA = ['role', 'capabilities', 'risk_level', 'cost_per_call', 'estimated_duration']

/** The keys named, in that order, then the others by the alphabet. */
const sorted = (values: object, first: string[]): object => {
  const place = (key: string) => (first.includes(key) ? first.indexOf(key) : first.length)
  return Object.fromEntries(
    Object.entries(values).sort(([a], [b]) => place(a) - place(b) || a.localeCompare(b)),
  )
}
