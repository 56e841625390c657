import { z } from 'zod'
import type { AgentConfig } from '../../db/shapes/agent.ts'
import type { Action } from '../../domain/users/permissions.ts'

/**
 * LOW reads, or writes where nothing is live yet. MEDIUM changes something that runs and is easily put right. HIGH
 * cannot be taken back: a person is asked each time, whatever agent wants it.
 */
export type ToolRisk = AgentConfig['metadata']['risk_level']

/** What a tool knows about the call besides its arguments. */
export interface ToolContext {
  /** The same when this very call is made again after a crash: the idempotency key of what the tool does. */
  key: string
  signal: AbortSignal
}

/** What is known of a tool without anything to work on. */
interface ToolTraits<Args> {
  name: string
  description: string
  schema: z.ZodObject
  risk: ToolRisk
  /** What the acting person must be allowed; asked when the tool is offered and again when it is called. */
  permission?: Action
  /** The project a call is about, by name: whose it is may decide whether it is allowed. */
  project?(args: Args): string
  /** The incident a call is about, by number: so it is about the incident's project. */
  incident?(args: Args): number
  /** How long a call may take; `TOOL_TIMEOUT_MS` unless told. */
  timeoutMs?: number
  /** Runs alone: after every call written before it, before every call written behind it. */
  exclusive?: boolean
  /** A HIGH tool whose work is to put a card of its own before a person, and nothing else. */
  asksItself?: boolean
  /** What a person is told once it was done after their approval: a text's key and what belongs into it. */
  tells?(args: Args): { key: string; args: Record<string, string | number> }
}

/** A tool, apart from what it works on: a chat, a work tree, a plan. */
export interface Tool<Scope> extends ToolTraits<Record<string, unknown>> {
  run(args: Record<string, unknown>, scope: Scope, context: ToolContext): Promise<string>
}

/**
 * Something a model may do here and now. `run` returns what the model reads. An AppError is told to the model and it
 * may try again; anything that must stop the work is thrown as `stopped` or `lease_lost`.
 */
export interface AgentTool extends ToolTraits<Record<string, unknown>> {
  run(args: Record<string, unknown>, context: ToolContext): Promise<string>
}

/** What a call did: seen by the node that may change its state for it. Calls that came to nothing have none. */
export interface ToolResult {
  name: string
  /** As the tool's schema has them. */
  args: Record<string, unknown>
  /** What the model reads. */
  content: string
}

/** Declares a tool with typed arguments. */
export const defineTool = <Shape extends z.ZodObject, Scope>(
  tool: Omit<ToolTraits<z.infer<Shape>>, 'schema'> & {
    schema: Shape
    run(args: z.infer<Shape>, scope: Scope, context: ToolContext): Promise<string>
  },
): Tool<Scope> => tool as unknown as Tool<Scope>

/** Tools with what they work on. */
export const bindTools = <Scope>(tools: readonly Tool<Scope>[], scope: Scope): AgentTool[] =>
  tools.map((tool) => ({ ...tool, run: (args, context) => tool.run(args, scope, context) }))

/**
 * The tool as an OpenAI-compatible endpoint wants to hear of it. A tool is made for every turn; its schema should
 * not be, because describing one takes longer than most of what a turn does.
 */
export const toolDefinition = ({ name, description, schema }: AgentTool) => {
  const parameters = described.get(schema) ?? describe(schema)
  described.set(schema, parameters)
  return { type: 'function' as const, function: { name, description, parameters } }
}

const describe = (schema: z.ZodObject) => z.toJSONSchema(schema)

const described = new WeakMap<z.ZodObject, ReturnType<typeof describe>>()
