import { z } from 'zod'
import type { ApprovalRequest } from '../../db/shapes/approval.ts'
import type { RunKind, RunPlan } from '../../db/shapes/run.ts'
import { type PlanWeight, planWeight } from '../../domain/costs/thresholds.ts'
import { type RepairFacts, repairFacts } from './repair-steps.ts'

/** Facts of a question, read leniently: rows outlive the programs that wrote them. */
export type ApprovalFacts =
  | { kind: 'plan'; project: string; work: RunKind; plan: RunPlan; weight: PlanWeight | undefined }
  | { kind: 'retry'; project: string; rounds: number | undefined; problem: string }
  | { kind: 'delete_project'; project: string; url: string | undefined; repository: string | undefined }
  | {
      kind: 'budget'
      project: string
      scope: 'installation' | 'project'
      level: 'near' | 'used'
      spent: number
      budget: number
      next: number
    }
  | { kind: 'delete_agent'; project: string; agent: string }
  | { kind: 'recovery'; project: string; incident: string; proposal: string; repair: RepairFacts }
  | { kind: 'tool'; project: string; tool: string; input: string }

const text = z.string().catch('')
const amount = z.number().catch(0)
const optionalText = z.string().optional().catch(undefined)

const plan = z.object({
  summary: text,
  tasks: z.array(z.object({ id: text, title: text, files: z.array(z.string()).catch([]) })).catch([]),
  endpoints: z.array(z.string()).catch([]),
  estimatedCost: z.number().catch(0),
  target: text,
  notes: z.array(z.string()).catch([]),
})

const facts = z.object({
  project: text,
  kind: z.enum(['new_project', 'update_project', 'deploy', 'fix']).catch('new_project'),
  plan: plan.catch(plan.parse({})),
  weight: planWeight.strip().optional().catch(undefined),
  rounds: z.number().optional().catch(undefined),
  tests: z.object({ output: text }).catch({ output: '' }),
  scope: z.enum(['installation', 'project']).catch('installation'),
  level: z.enum(['near', 'used']).catch('near'),
  spent: amount,
  budget: amount,
  next: amount,
  agent: text,
  incident: text,
  proposal: text,
  url: optionalText,
  repository: optionalText,
  tool: text,
  input: text,
})

/** @param project the name of the project that the question is about, where the facts do not tell. */
export const approvalFacts = (request: ApprovalRequest, project = ''): ApprovalFacts => {
  const known = facts.parse(request.facts)
  const name = known.project || project
  switch (request.kind) {
    case 'plan':
      return { kind: 'plan', project: name, work: known.kind, plan: known.plan, weight: known.weight }
    case 'retry':
      return { kind: 'retry', project: name, rounds: known.rounds, problem: known.tests.output }
    case 'delete_project':
      return { kind: 'delete_project', project: name, url: known.url, repository: known.repository }
    case 'budget': {
      const { scope, level, spent, budget, next } = known
      return { kind: 'budget', project: name, scope, level, spent, budget, next }
    }
    case 'delete_agent':
      return { kind: 'delete_agent', project: name, agent: known.agent }
    case 'recovery':
      return {
        kind: 'recovery',
        project: name,
        incident: known.incident,
        proposal: known.proposal,
        repair: repairFacts.parse(request.facts),
      }
    case 'tool':
      return { kind: 'tool', project: name, tool: known.tool, input: known.input }
    default:
      return request.kind satisfies never
  }
}
