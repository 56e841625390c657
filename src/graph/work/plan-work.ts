import { HumanMessage } from '@langchain/core/messages'
import { z } from 'zod'
import type { RunPlan } from '../../db/shapes/run.ts'
import { type Project, requireProject } from '../../domain/projects/projects.ts'
import { runPlan } from '../../domain/runs/plan.ts'
import { workKeyOf } from '../../domain/tasks/work-key.ts'
import { createWorkspace } from '../../workers/workspace.ts'
import { runAgent } from '../nodes/base.ts'
import { readPrompt } from '../prompts/seeds.ts'
import type { DeliveryDeps } from '../session.ts'
import { planningTools, submittedPlan } from '../tools/planning.ts'
import type { AgentTool } from '../tools/tool.ts'
import { readingTools } from '../tools/workspace.ts'
import { untrusted } from '../untrusted.ts'
import { openWorkTree } from '../work-tree.ts'
import { agentOfTask } from './agent-of-task.ts'
import type { WorkHandler } from './handler.ts'
import { idsOf, runOf } from './task-ids.ts'

const MAX_ROUNDS = 20
const REASON_CHARS = 1_500

/** What the architect is to plan. */
export const planInput = z.object({
  kind: z.enum(['new_project', 'update_project', 'deploy', 'fix']),
  lang: z.string(),
  wishes: z.array(z.string()),
  plan: runPlan.optional(),
})

/** A plan, or why there is none. */
export const planResult = z.union([z.object({ plan: runPlan }), z.object({ reason: z.string() })])

/** The architect plans. One that hands in no plan has said why it cannot. */
export const planWork: WorkHandler = async (deps, task, { signal }) => {
  const input = planInput.parse(task.input)
  const { runId, projectId } = runOf(task)
  const project = await requireProject(deps.db, projectId)
  const { answer, update } = await runAgent<{ plan: RunPlan }>(
    deps,
    {
      role: 'architect',
      ...(await agentOfTask(deps, task)),
      projectId,
      briefing: readPrompt('service.md'),
      messages: [new HumanMessage(assignment(input, project))],
      tools: [...(await repositoryTools(deps, project, runId)), ...planningTools(input.kind)],
      onToolResult: submittedPlan,
      ids: idsOf(task),
      workKey: workKeyOf(task),
      signal,
    },
    { maxRounds: MAX_ROUNDS, isDone: ({ plan }) => plan !== undefined },
  )
  return update.plan ? { plan: update.plan } : { reason: answer.text.slice(0, REASON_CHARS) }
}

const repositoryTools = async (deps: DeliveryDeps, project: Project, runId: string): Promise<AgentTool[]> => {
  if (!project.repository) return []
  const tree = await openWorkTree(deps, project, runId)
  return readingTools(createWorkspace({ root: tree.dir }))
}

const assignment = ({ kind, lang, wishes, plan }: z.infer<typeof planInput>, project: Project): string => {
  const facts = { intent: kind, project: project.name, title: project.title, language: lang }
  const [first, ...changes] = wishes
  return [
    `Plan this work. Facts: ${JSON.stringify(facts)}`,
    untrusted('request', first ?? ''),
    kind === 'new_project'
      ? ''
      : `What the project was once asked to be:\n${untrusted('project', project.description)}`,
    ...changes.map(
      (change) => `The person looked at the plan and asked for a change:\n${untrusted('change', change)}`,
    ),
    plan ? `The plan so far:\n${untrusted('plan', JSON.stringify(plan))}` : '',
  ]
    .filter(Boolean)
    .join('\n\n')
}
