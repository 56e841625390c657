import { createTwoFilesPatch, FILE_HEADERS_ONLY } from 'diff'
import type { AgentConfig } from '../../db/shapes/agent.ts'

const CONTEXT_LINES = 2
/** Lines added and removed. Beyond it nobody reads a comparison, and making one takes long. */
const EDITS_MAX = 2_000

/** The difference between two configs as a unified diff, one line for each field and the prompt as it is; empty for none. */
export const configDiff = (a: AgentConfig, b: AgentConfig): string => {
  const [before, after] = [configText(a), configText(b)]
  if (before === after) return ''
  const patch = createTwoFilesPatch('before', 'after', before, after, undefined, undefined, {
    context: CONTEXT_LINES,
    maxEditLength: EDITS_MAX,
    headerOptions: FILE_HEADERS_ONLY,
  })
  return patch ?? `the two have too little in common to compare: ${lines(before)} and ${lines(after)} lines\n`
}

/** A config as text: a line for each field, then the prompt. */
export const configText = ({ system_prompt, metadata, ...fields }: AgentConfig): string =>
  [
    ...fieldLines(fields, ''),
    ...fieldLines(metadata, 'metadata.'),
    'system_prompt:',
    `${system_prompt}\n`,
  ].join('\n')

/** In the order of the alphabet: what a database gives back has an order of its own. */
const fieldLines = (fields: object, prefix: string): string[] =>
  Object.entries(fields)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `${prefix}${key}: ${JSON.stringify(value)}`)
    .sort()

const lines = (text: string) => text.split('\n').length
