import { z } from 'zod'
import type { AgentConfig } from '../../db/shapes/agent.ts'
import { agentConfigs } from './config.ts'

/** `model=…`: a field of the config and what it is to be, as a person wrote it. */
export interface Assignment {
  /** A path of the config; `metadata.` may be left out. */
  path: string
  /** Nothing takes an optional field away, or gives it its default. */
  value: string
}

/** The config with assignments applied, not checked yet: what is wrong with it is for the validator to say. */
export const applyAssignments = (config: AgentConfig, assignments: readonly Assignment[]): unknown => {
  const { metadata: ownMetadata, ...ownFields } = config
  // Maps: `__proto__` is a name like any other, for the validator to refuse.
  const fields = new Map<string, unknown>(Object.entries(ownFields))
  const metadata = new Map<string, unknown>(Object.entries(ownMetadata))
  for (const { path, value } of assignments) {
    const key = path.replace(/^metadata\./, '')
    const isMetadata = path !== key || (METADATA.has(key) && !FIELDS.has(key))
    const target = isMetadata ? metadata : fields
    const read = readValue((isMetadata ? METADATA : FIELDS).get(key), value)
    if (read === undefined) target.delete(key)
    else target.set(key, read)
  }
  return { metadata: Object.fromEntries(metadata), ...Object.fromEntries(fields) }
}

/** The fields of every role: a custom agent may have them all. */
const { metadata: metadataFields, ...commonFields } = agentConfigs.custom.shape
const FIELDS = new Map<string, z.ZodType>(Object.entries(commonFields))
const METADATA = new Map<string, z.ZodType>(Object.entries(metadataFields.shape))

/** By what the field holds. What cannot be read so stays the text it is, for the validator to complain about. */
const readValue = (field: z.ZodType | undefined, text: string): unknown => {
  const isOptional = field instanceof z.ZodOptional || field instanceof z.ZodDefault
  const inner = isOptional ? field.unwrap() : field
  if (inner instanceof z.ZodArray) return readList(text)
  if (isOptional && text.trim() === '') return undefined
  if (inner instanceof z.ZodNumber) return readNumber(text)
  return text
}

const readNumber = (text: string): unknown => {
  const number = Number(text)
  return text.trim() === '' || Number.isNaN(number) ? text : number
}

/** `["a", "b"]`, or a, b. */
const readList = (text: string): unknown => {
  if (!text.trim().startsWith('[')) return text.split(/[\s,]+/).filter(Boolean)
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
