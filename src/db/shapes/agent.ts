/** A-2: the roles of projects' agents, and those of the system's. Adding a role is one line and its validator. */
export const AGENT_ROLES = [
  'architect',
  'orchestrator',
  'code',
  'ask',
  'debug',
  'custom',
  'product_owner',
  'brainstorm',
  'zavhoz',
  'tester',
  'devops',
] as const
export type AgentRole = (typeof AGENT_ROLES)[number]

/** `cost_per_call` in US dollars, `estimated_duration` in seconds. */
export interface AgentConfig {
  model: string
  temperature: number
  system_prompt: string
  tools: string[]
  concurrency_limit: number
  max_tokens: number
  metadata: {
    role: AgentRole
    capabilities: string[]
    risk_level: 'LOW' | 'MEDIUM' | 'HIGH'
    cost_per_call: number
    estimated_duration: number
    max_parallel_agents?: number
    approval_threshold_cost?: number
    approval_threshold_tasks?: number
    strategy?: string
  }
}

/** What made a version: `paths` are those of the config that changed, e.g. `metadata.risk_level`. */
export interface AgentChange {
  kind: 'seeded' | 'created' | 'cloned' | 'edited' | 'rolled_back' | 'enabled' | 'disabled' | 'made_default'
  paths?: string[]
  /** The version rolled back to, or cloned from. */
  from?: number
}
