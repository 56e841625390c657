import type { RunKind, RunPlan } from '../../db/shapes/run.ts'
import { runPlan } from '../../domain/runs/plan.ts'
import { AppError } from '../../errors.ts'
import { type AgentTool, bindTools, defineTool, type ToolResult } from './tool.ts'

export const submitPlan = defineTool({
  name: 'submit_plan',
  description: 'Hands in the plan. Ends your work.',
  schema: runPlan,
  risk: 'LOW',
  exclusive: true,
  run: async (plan, { kind }: { kind: RunKind }) => {
    if (plan.tasks.length === 0 && (kind === 'new_project' || kind === 'update_project'))
      throw new AppError('invalid', 'a plan of this work needs at least one task')
    return 'The plan was taken.'
  },
})

/** Lets the architect hand in the plan of one kind of run. */
export const planningTools = (kind: RunKind): AgentTool[] => bindTools([submitPlan], { kind })

/** The plan, when that is what was handed in. */
export const submittedPlan = ({ name, args }: ToolResult): { plan: RunPlan } | undefined =>
  name === submitPlan.name ? { plan: runPlan.parse(args) } : undefined
