import { HumanMessage } from '@langchain/core/messages'
import type { Agent } from '../../domain/agents/agents.ts'
import type { Incident } from '../../domain/incidents/incident.ts'
import type { RepairProposal } from '../../domain/recovery/repair.ts'
import type { Task } from '../../domain/tasks/tasks.ts'
import { AppError } from '../../errors.ts'
import { agentOfRole } from '../agent-of-role.ts'
import { proposeByRules } from '../models/offline/agents/repair-rules.ts'
import { runAgent } from '../nodes/base.ts'
import { readPrompt } from '../prompts/seeds.ts'
import type { DeliveryDeps } from '../session.ts'
import { RECOVERY_TOOLS, type RecoveryScope } from '../tools/recovery.ts'
import { bindTools } from '../tools/tool.ts'
import { untrusted } from '../untrusted.ts'
import { diagnose, type Found } from './recover-diagnosis.ts'
import { objectionTo } from './recover-rules.ts'
import { idsOf } from './task-ids.ts'

const MAX_ROUNDS = 8

/**
 * What is to be done, as the devops agent sees it. An incident does not wait for a model that is away, that has used
 * up its budget or says nothing usable: then rules decide. Either way it is one of the steps there are, and possible.
 */
export const proposeRepair = async (
  deps: DeliveryDeps,
  task: Task,
  incident: Incident,
  found: Found,
  signal: AbortSignal,
): Promise<{ proposal: RepairProposal; by: string }> => {
  let proposal: RepairProposal | undefined
  const { diagnosis } = found
  const scope: RecoveryScope = {
    log: (lines) => (found.project ? deps.deployer.logs(found.project.name, { lines }) : Promise.resolve('')),
    look: async () => JSON.stringify((await diagnose(deps, incident, diagnosis.language)).diagnosis),
    objection: (proposed) => objectionTo(proposed, diagnosis)?.en,
    onProposal: (proposed) => {
      proposal = proposed
    },
  }
  const agent = ableToPropose(await agentOfRole(deps, 'devops', incident.projectId ?? undefined))
  await runAgent(
    deps,
    {
      role: agent.role,
      agent,
      briefing: readPrompt('recovery.md'),
      messages: [new HumanMessage(assignment(found))],
      tools: bindTools(RECOVERY_TOOLS, scope),
      ids: idsOf(task),
      workKey: `task:${task.id}`,
      signal,
    },
    { maxRounds: MAX_ROUNDS, isDone: () => proposal !== undefined },
  ).catch((error: unknown) => {
    if (signal.aborted || !isAway(error)) throw error
    deps.log.warn({ incident: incident.number, code: error.code }, 'recovery.by_rules')
  })
  return proposal ? { proposal, by: agent.name } : { proposal: proposeByRules(diagnosis), by: 'rules' }
}

const isAway = (error: unknown): error is AppError =>
  error instanceof AppError && (error.code === 'model_failed' || error.code === 'budget_exceeded')

/** Proposing is what it is called for here, whatever tools somebody gave it. */
const ableToPropose = (agent: Agent): Agent => ({
  ...agent,
  config: {
    ...agent.config,
    tools: [...new Set([...agent.config.tools, ...RECOVERY_TOOLS.map(({ name }) => name)])],
  },
})

const assignment = ({ diagnosis, log }: Found): string =>
  [
    'An incident is open. Find out what helps, and propose it.',
    `What was found:\n${untrusted('diagnosis', JSON.stringify(diagnosis))}`,
    ...(log ? [`What the service wrote last:\n${untrusted('log', log)}`] : []),
  ].join('\n\n')
