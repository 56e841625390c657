import { randomUUID } from 'node:crypto'
import { AIMessage, type ToolMessage } from '@langchain/core/messages'
import { z } from 'zod'
import { type Clock, systemClock } from '../../../src/clock.ts'
import type { Agent } from '../../../src/domain/agents/agents.ts'
import type { AgentDeps, AgentStep } from '../../../src/graph/nodes/agent-step.ts'
import type { AgentTool, ToolRisk } from '../../../src/graph/tools/tool.ts'

/** A tool that takes a number, if it is given one. */
export const toolNamed = (
  name: string,
  run: AgentTool['run'] = async () => `did ${name}`,
  traits: Partial<AgentTool> = {},
): AgentTool => ({
  name,
  description: name,
  schema: z.object({ n: z.number().optional() }),
  risk: 'LOW',
  run,
  ...traits,
})

/** An agent that has these tools, up to this risk. */
export const agentWith = (tools: readonly string[], risk: ToolRisk = 'LOW'): Agent => ({
  id: randomUUID(),
  name: 'Worker',
  role: 'code',
  userId: null,
  projectId: null,
  config: {
    model: '',
    temperature: 0,
    system_prompt: 'You work.',
    tools: [...tools],
    concurrency_limit: 1,
    max_tokens: 1_000,
    metadata: {
      role: 'code',
      capabilities: [],
      risk_level: risk,
      cost_per_call: 0,
      estimated_duration: 1,
    },
  },
  status: 'ready',
  isActive: true,
  isDefault: false,
  version: 1,
  seeded: null,
  createdAt: new Date(0),
  updatedAt: new Date(0),
})

export const never = new AbortController().signal

/** A step whose agent has all of these tools. */
export const stepWith = <Update = object>(
  tools: readonly AgentTool[],
  over: Partial<AgentStep<Update>> = {},
): AgentStep<Update> => ({
  role: 'code',
  agent: agentWith(
    tools.map(({ name }) => name),
    'HIGH',
  ),
  messages: [],
  tools,
  ids: {},
  workKey: 'work',
  signal: never,
  ...over,
})

/** Enough for tools that need no permission: they touch no database. */
export const withoutDatabase = (clock: Clock = systemClock): AgentDeps => ({ clock }) as unknown as AgentDeps

/** An answer that calls these tools; each call carries its number. */
export const calling = (...names: string[]): AIMessage =>
  new AIMessage({
    content: '',
    tool_calls: names.map((name, n) => ({ type: 'tool_call', id: `id${n}`, name, args: { n } })),
  })

export const contents = (results: readonly ToolMessage[]): string[] => results.map(({ text }) => text)
