import { z } from 'zod'

/** A plan against the thresholds of the project's orchestrator. Costs in US dollars. */
export const planWeight = z.strictObject({
  /**
   * `within`: goes on by itself. All others ask a person: `over` a threshold; one or both are `unset`; it is not clear
   * whose thresholds count (`ambiguous`); a person wanted the plan changed and will want to see it (`changed`).
   */
  verdict: z.enum(['within', 'over', 'unset', 'ambiguous', 'changed']),
  tasks: z.number().int(),
  cost: z.number(),
  maxTasks: z.number().optional(),
  maxCost: z.number().optional(),
  /** Of an `ambiguous` one: those among whom nobody chose, by name. */
  orchestrators: z.string().optional(),
})
export type PlanWeight = z.infer<typeof planWeight>

export interface PlanThresholds {
  approval_threshold_tasks?: number
  approval_threshold_cost?: number
}

/** A plan goes on by itself only below both thresholds; what is not set lets nothing pass. */
export const weighPlan = (
  { tasks, cost }: { tasks: number; cost: number },
  { approval_threshold_tasks: maxTasks, approval_threshold_cost: maxCost }: PlanThresholds,
): PlanWeight => {
  const weight = {
    tasks,
    cost,
    ...(maxTasks !== undefined && { maxTasks }),
    ...(maxCost !== undefined && { maxCost }),
  }
  if (tasks > (maxTasks ?? Infinity) || cost > (maxCost ?? Infinity)) return { ...weight, verdict: 'over' }
  return { ...weight, verdict: maxTasks === undefined || maxCost === undefined ? 'unset' : 'within' }
}
