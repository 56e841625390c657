import type { BaseMessage } from '@langchain/core/messages'
import { Annotation, messagesStateReducer } from '@langchain/langgraph'
import { z } from 'zod'
import { budgetQuestion } from '../domain/costs/budget-question.ts'
import { planWeight } from '../domain/costs/thresholds.ts'
import { runPlan } from '../domain/runs/plan.ts'
import { AppError } from '../errors.ts'

/**
 * The states of the graphs (G-2). Each is a strict schema: a key that is not in it, or a value of another shape,
 * is an error at the node that wrote it and not a silence three nodes later. Everything here ends up in
 * checkpoints, so it holds ids and facts, never secrets and never file contents.
 */

export const resources = z.strictObject({
  /** Where it will run. */
  target: z.enum(['local']),
  forge: z.enum(['local', 'github']),
  /** What a person reads on the plan card. */
  note: z.string(),
})

export const planDecision = z.strictObject({
  verb: z.enum(['approve', 'reject', 'change', 'expire']),
  text: z.string().optional(),
  by: z.string(),
})

export const testResults = z.strictObject({
  ok: z.boolean(),
  passed: z.number().int(),
  failed: z.number().int(),
  /** The last lines of the test runner, bounded. */
  output: z.string(),
})

export const engineering = z.strictObject({
  status: z.enum(['idle', 'working', 'done', 'blocked']),
  /** Index of the task that is next. */
  task: z.number().int(),
  /** How often the tests sent the work back. */
  round: z.number().int(),
})

export const deliveryState = z.strictObject({
  runId: z.uuid(),
  projectId: z.uuid(),
  kind: z.enum(['new_project', 'update_project', 'deploy', 'fix']),
  lang: z.enum(['en', 'ru']),
  /** What was asked, and every change asked for on a plan card since. */
  wishes: z.array(z.string()),
  resources: resources.optional(),
  plan: runPlan.optional(),
  /** The plan against the orchestrator's thresholds. */
  weight: planWeight.optional(),
  decision: planDecision.optional(),
  engineering: engineering.optional(),
  tests: testResults.optional(),
  /** What is to be asked about a budget before a model goes on (G-12). */
  budget: budgetQuestion.optional(),
  /** A model was refused for lack of budget; its step is to be done again. */
  overspent: z.boolean().optional(),
  /** How often another program took the port while the service was put there. */
  portsLost: z.number().int().optional(),
  deployed: z.strictObject({ version: z.string(), url: z.string() }).optional(),
  outcome: z.enum(['succeeded', 'rejected', 'failed']).optional(),
  /** Why it failed, as a text's key and what belongs into it. */
  problem: z
    .strictObject({ key: z.string(), args: z.record(z.string(), z.union([z.string(), z.number()])) })
    .optional(),
})
export type DeliveryState = z.infer<typeof deliveryState>

export const DeliveryChannels = Annotation.Root({
  runId: Annotation<DeliveryState['runId']>,
  projectId: Annotation<DeliveryState['projectId']>,
  kind: Annotation<DeliveryState['kind']>,
  lang: Annotation<DeliveryState['lang']>,
  wishes: Annotation<DeliveryState['wishes']>,
  resources: Annotation<DeliveryState['resources']>,
  plan: Annotation<DeliveryState['plan']>,
  weight: Annotation<DeliveryState['weight']>,
  decision: Annotation<DeliveryState['decision']>,
  engineering: Annotation<DeliveryState['engineering']>,
  tests: Annotation<DeliveryState['tests']>,
  budget: Annotation<DeliveryState['budget']>,
  overspent: Annotation<DeliveryState['overspent']>,
  portsLost: Annotation<DeliveryState['portsLost']>,
  deployed: Annotation<DeliveryState['deployed']>,
  outcome: Annotation<DeliveryState['outcome']>,
  problem: Annotation<DeliveryState['problem']>,
})

export const poState = z.strictObject({
  /** The turn that is being answered: tells a continued turn from a new one after a crash. */
  turnId: z.uuid(),
  messages: z.array(z.custom<BaseMessage>((value) => typeof value === 'object' && value !== null)),
  /** Rounds of tools in this turn. */
  rounds: z.number().int(),
})
export type PoState = z.infer<typeof poState>

/** How much of a conversation the product owner remembers; older messages leave the state. */
export const REMEMBERED_MESSAGES = 40

export const PoChannels = Annotation.Root({
  turnId: Annotation<string>,
  messages: Annotation<BaseMessage[]>({
    reducer: (before, update: BaseMessage[]) => forgetOld(messagesStateReducer(before, update)),
    default: () => [],
  }),
  rounds: Annotation<number>,
})

/** Cuts at a person's message, so that no tool result is left without its call. */
const forgetOld = (messages: BaseMessage[]): BaseMessage[] => {
  if (messages.length <= REMEMBERED_MESSAGES) return messages
  const kept = messages.slice(-REMEMBERED_MESSAGES)
  const start = kept.findIndex((message) => message.getType() === 'human')
  return start < 0 ? kept : kept.slice(start)
}

type Node<State, Context> = (state: State, context: Context) => Promise<Partial<State>>

/**
 * Checks the state on the way into a node and its update on the way out.
 * @throws AppError internal, naming the node and the key.
 */
export const checked =
  <State, Context>(schema: z.ZodObject, name: string, node: Node<State, Context>): Node<State, Context> =>
  async (state, context) => {
    verify(schema, `state before ${name}`, state)
    const update = await node(state, context)
    verify(schema.partial(), `update of ${name}`, update)
    return update
  }

const verify = (schema: z.ZodObject, what: string, value: unknown) => {
  const result = schema.safeParse(value)
  if (result.success) return
  const problems = result.error.issues.map((issue) => `${issue.path.join('.') || '(root)'}: ${issue.message}`)
  throw new AppError('internal', `${what} is not valid: ${problems.join('; ')}`)
}
