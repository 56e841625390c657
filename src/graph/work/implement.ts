import { HumanMessage } from '@langchain/core/messages'
import { z } from 'zod'
import { requireProject } from '../../domain/projects/projects.ts'
import { runPlan } from '../../domain/runs/plan.ts'
import { workKeyOf } from '../../domain/tasks/work-key.ts'
import { createWorkspace } from '../../workers/workspace.ts'
import { runAgent } from '../nodes/base.ts'
import { readPrompt } from '../prompts/seeds.ts'
import { runTests } from '../test-run.ts'
import { developerTools } from '../tools/workspace.ts'
import { untrusted } from '../untrusted.ts'
import { openWorkTree } from '../work-tree.ts'
import { agentOfTask } from './agent-of-task.ts'
import type { WorkHandler } from './handler.ts'
import { idsOf, runOf } from './task-ids.ts'

const MAX_ROUNDS = 60
const SUBJECT_CHARS = 72

/** One task of the plan, or, without one, a repair of what the tests said. */
export const implementInput = z.object({
  wishes: z.array(z.string()),
  plan: runPlan,
  task: runPlan.shape.tasks.element.optional(),
  testOutput: z.string().optional(),
})
type ImplementInput = z.infer<typeof implementInput>

/** The developer does one task and commits it. Done again after a crash it works over its own files. */
export const implement: WorkHandler = async (deps, task, { signal }) => {
  const input = implementInput.parse(task.input)
  const { runId, projectId } = runOf(task)
  const project = await requireProject(deps.db, projectId)
  const tree = await openWorkTree(deps, project, runId)
  const { answer } = await runAgent(
    deps,
    {
      role: 'code',
      ...(await agentOfTask(deps, task)),
      projectId,
      briefing: readPrompt('service.md'),
      messages: [new HumanMessage(assignment(input))],
      tools: developerTools(createWorkspace({ root: tree.dir }), (limited) =>
        runTests(deps.sandbox, tree.dir, limited),
      ),
      ids: idsOf(task),
      workKey: workKeyOf(task),
      signal,
    },
    { maxRounds: MAX_ROUNDS },
  )
  signal.throwIfAborted()
  await tree.commit({ message: commitMessage(answer.text, input.task) })
  return {}
}

const assignment = ({ wishes, plan, task, testOutput = '' }: ImplementInput): string =>
  [
    task
      ? `Your task:\n${untrusted('task', JSON.stringify(task))}`
      : `All tasks are done, but the tests fail. Repair what is wrong.\n${untrusted('tests', testOutput)}`,
    `The plan:\n${untrusted('plan', JSON.stringify(plan))}`,
    `What the person asked for:\n${untrusted('request', wishes.join('\n\n'))}`,
  ].join('\n\n')

/** What the plan says; else the model's last line, made a subject line; else the task's title. */
const commitMessage = (text: string, task: ImplementInput['task']): string => {
  if (task?.commit) return task.commit
  const line = text.trim().split('\n').at(-1)?.replaceAll('`', '').trim() ?? ''
  const subject = line.length > 0 && line.length <= SUBJECT_CHARS ? line : (task?.title ?? line)
  return subject.slice(0, SUBJECT_CHARS) || 'Work on the plan'
}
