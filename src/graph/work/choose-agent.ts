import { HumanMessage } from '@langchain/core/messages'
import { z } from 'zod'
import type { Lang } from '../../db/schema/users.ts'
import type { Agent } from '../../domain/agents/agents.ts'
import { answerers } from '../../domain/asking/addressee.ts'
import type { AnswerInput } from '../../domain/asking/ask-agent.ts'
import type { Task } from '../../domain/tasks/tasks.ts'
import { AppError } from '../../errors.ts'
import { type Candidate, chooseByRules } from '../models/offline/agents/choice-rules.ts'
import { runAgent } from '../nodes/base.ts'
import type { DeliveryDeps } from '../session.ts'
import { type AgentTool, bindTools, defineTool } from '../tools/tool.ts'
import { untrusted } from '../untrusted.ts'
import { LANGUAGE_NAMES } from './language-names.ts'
import { idsOf } from './task-ids.ts'

const MAX_ROUNDS = 3
const REASON_CHARS = 200

export interface Choice {
  agent: Agent
  /** The name of the agent that chose; undefined for a choice by rules. */
  by: string | undefined
  reason: string
}

/**
 * Who answers a question that names nobody: the project's orchestrator chooses. Where there is none, or it
 * names nobody, rules do.
 * @throws AppError not_found when there is no agent in use; conflict when it is open who chooses; model_failed.
 */
export const chooseAgent = async (
  deps: DeliveryDeps,
  task: Task,
  { question, lang }: AnswerInput,
  signal: AbortSignal,
): Promise<Choice> => {
  const scope = { projectId: task.projectId ?? undefined, userId: task.requestedBy ?? undefined }
  const agents = await answerers(deps.db, scope)
  const byRules = (): Choice => {
    const choice = chooseByRules(question, agents.map(candidateOf), lang)
    const agent = agents.find(({ name }) => name === choice?.agent)
    if (!choice || !agent)
      throw new AppError('not_found', 'no agent is in use', { userMessage: { key: 'ask-nobody', args: {} } })
    return { agent, by: undefined, reason: choice.reason }
  }
  const orchestrator =
    task.projectId && agents.length > 1
      ? await deps.agents.getOrchestrator(task.requestedBy, task.projectId)
      : undefined
  if (!orchestrator) return byRules()

  let choice: Choice | undefined
  const chosen = runAgent(
    deps,
    {
      role: orchestrator.role,
      agent: ableToChoose(orchestrator),
      messages: [new HumanMessage(assignment(question, lang, agents, orchestrator))],
      tools: [
        chooseTool(agents, (agent, reason) => {
          choice = { agent, by: orchestrator.name, reason }
        }),
      ],
      ids: idsOf(task),
      workKey: `task:${task.id}:choice`,
      signal,
    },
    { maxRounds: MAX_ROUNDS, isDone: () => choice !== undefined },
  )
  await chosen.catch((error: unknown) => {
    if (!isEndlessLoop(error)) throw error
  })
  return choice ?? byRules()
}

/** It named somebody who does not exist, again and again. */
const isEndlessLoop = (error: unknown): boolean =>
  error instanceof AppError && error.userMessage.key === 'model-loops'

/** Choosing is what an orchestrator is for, whatever other tools somebody gave it. */
const ableToChoose = (orchestrator: Agent): Agent => ({
  ...orchestrator,
  config: { ...orchestrator.config, tools: [...orchestrator.config.tools, 'choose_agent'] },
})

const candidateOf = ({ name, role, config }: Agent): Candidate => ({
  name,
  role,
  capabilities: config.metadata.capabilities,
})

const describe = (agent: Agent) => ({
  ...candidateOf(agent),
  costPerCall: agent.config.metadata.cost_per_call,
})

const assignment = (
  question: string,
  language: Lang,
  agents: readonly Agent[],
  { config: { metadata } }: Agent,
): string =>
  [
    'A person asks a question. Choose the one agent that is to answer it, by calling choose_agent. Do not answer it yourself.',
    ...(metadata.strategy ? [`How you choose: ${metadata.strategy}`] : []),
    `Who asks reads ${LANGUAGE_NAMES[language]}; the agents there are:\n${untrusted('choice', JSON.stringify({ language, agents: agents.map(describe) }))}`,
    `The question:\n${untrusted('question', question)}`,
  ].join('\n\n')

const chooseTool = (agents: readonly Agent[], onChoice: (agent: Agent, reason: string) => void): AgentTool =>
  bindTools(
    [
      defineTool({
        name: 'choose_agent',
        description: 'Says which agent answers. Ends your work.',
        schema: z.object({
          agent: z.string().describe('Its name, as listed.'),
          reason: z
            .string()
            .min(1)
            .describe('Why, in a few words of the language of who asks, e.g. "a question about the design".'),
        }),
        risk: 'LOW',
        run: async ({ agent: name, reason }) => {
          const agent = agents.find((one) => one.name.toLowerCase() === name.toLowerCase())
          if (!agent)
            throw new AppError(
              'not_found',
              `there is no agent ${name}; there are: ${agents.map((one) => one.name).join(', ')}`,
            )
          onChoice(agent, reason.replace(/\s+/g, ' ').trim().slice(0, REASON_CHARS))
          return 'Chosen.'
        },
      }),
    ],
    undefined,
  )[0] as AgentTool
