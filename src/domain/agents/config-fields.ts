import { z } from 'zod'
import { TOOL_NAMES } from '../../db/shapes/tool-names.ts'

/** In UTF-16 units, as JavaScript counts. Enough for a handbook; what is longer belongs into files that tools read. */
export const PROMPT_MAX_CHARS = 200_000
const MODEL_MAX_CHARS = 200
const WORD_MAX_CHARS = 60
const LIST_MAX_LENGTH = 50
const STRATEGY_MAX_CHARS = 2_000
const TOKENS_MAX = 1_000_000
const AT_ONCE_MAX = 100
const COST_MAX_USD = 1_000
const DURATION_MAX_S = 86_400
const TASKS_MAX = 1_000

/** What is said of a value that breaks a rule of its own. */
export const BROKEN_TEXT = 'must not contain NUL characters or broken characters'
export const HAS_SPACES = 'must not contain spaces'
export const NAMED_TWICE = 'names something twice'

/** Postgres keeps neither NUL characters nor halves of surrogate pairs. */
const text = (max: number) =>
  z
    .string()
    .max(max)
    .refine((value) => !value.includes('\0') && value.isWellFormed(), {
      error: BROKEN_TEXT,
    })

const usd = () => z.number().min(0).max(COST_MAX_USD)

const distinct = <Item extends z.ZodType<string>>(item: Item) =>
  z
    .array(item)
    .max(LIST_MAX_LENGTH)
    .refine((values) => new Set(values).size === values.length, { error: NAMED_TWICE })

/** What the config of every role has. An example of each stands in every complaint about it. */
export const COMMON_FIELDS = {
  model: text(MODEL_MAX_CHARS)
    .regex(/^\S*$/, { error: HAS_SPACES })
    .meta({
      description: 'The model; empty for the default of the installation.',
      examples: ['openrouter/openai/gpt-4.1'],
    }),
  temperature: z
    .number()
    .min(0)
    .max(2)
    .meta({ description: 'How freely the model chooses its words.', examples: [0.2] }),
  system_prompt: text(PROMPT_MAX_CHARS)
    .min(1)
    .meta({
      description: 'What the model is told about its work, before anything else.',
      examples: ['You review changes and name what could break.'],
    }),
  tools: distinct(z.enum(TOOL_NAMES))
    .default([])
    .meta({ description: 'The tools it may use.', examples: [['list_files', 'read_file']] }),
  concurrency_limit: z
    .int()
    .min(1)
    .max(AT_ONCE_MAX)
    .default(3)
    .meta({
      description: 'How many tasks it may have at once; further ones wait.',
      examples: [3],
    }),
  max_tokens: z
    .int()
    .min(1)
    .max(TOKENS_MAX)
    .default(8_000)
    .meta({ description: 'How long one answer may be, in tokens.', examples: [8_000] }),
} as const

/** What the metadata of every role have besides the role. */
export const COMMON_METADATA = {
  capabilities: distinct(text(WORD_MAX_CHARS).min(1)).meta({
    description: 'What it is good at, in short words; by these an orchestrator chooses.',
    examples: [['planning', 'design']],
  }),
  risk_level: z
    .enum(['LOW', 'MEDIUM', 'HIGH'])
    .default('LOW')
    .meta({
      description: 'The riskiest tools it is offered. Tools with the risk HIGH ask a person every time.',
      examples: ['LOW'],
    }),
  cost_per_call: usd().meta({
    description: 'What a call is taken to cost where the endpoint does not say, in US dollars.',
    examples: [0.01],
  }),
  estimated_duration: z
    .number()
    .min(0)
    .max(DURATION_MAX_S)
    .default(60)
    .meta({ description: 'How long a task usually takes, in seconds; for people.', examples: [60] }),
} as const

/** What only those have who hand work to others. */
export const ORCHESTRATION_METADATA = {
  max_parallel_agents: z
    .int()
    .min(1)
    .max(AT_ONCE_MAX)
    .optional()
    .meta({
      description: 'How many agents it is meant to have at work at once; for people, nothing enforces it.',
      examples: [3],
    }),
  approval_threshold_cost: usd()
    .optional()
    .meta({
      description: 'A plan that is estimated to cost more asks a person, in US dollars.',
      examples: [0.1],
    }),
  approval_threshold_tasks: z
    .int()
    .min(0)
    .max(TASKS_MAX)
    .optional()
    .meta({ description: 'A plan with more tasks asks a person.', examples: [3] }),
  strategy: text(STRATEGY_MAX_CHARS)
    .min(1)
    .optional()
    .meta({
      description: 'How it chooses who answers a question, in words; its model is told.',
      examples: ['the cheapest agent that can do it'],
    }),
} as const
