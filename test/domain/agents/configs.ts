import type { AgentConfig, AgentRole } from '../../../src/db/shapes/agent.ts'

/** A good config. */
export const configOf = (role: AgentRole, change: Partial<AgentConfig> = {}): AgentConfig => ({
  model: '',
  temperature: 0.2,
  system_prompt: `You are the ${role}.`,
  tools: [],
  concurrency_limit: 3,
  max_tokens: 8_000,
  ...change,
  metadata: {
    role,
    capabilities: ['questions'],
    risk_level: 'LOW',
    cost_per_call: 0,
    estimated_duration: 60,
    ...change.metadata,
  },
})
