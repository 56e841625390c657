import { z } from 'zod'
import type { UserMessage } from '../../errors.ts'
import { nearest } from '../../nearest.ts'
import { BROKEN_TEXT, HAS_SPACES, NAMED_TWICE } from './config-fields.ts'

/** One thing that is wrong with a config. `example` is JSON that would do. */
export interface ConfigProblem extends Complaint {
  /** Where, e.g. `metadata.risk_level` or `tools[2]`; `config` for the whole. */
  path: string
  example: string
}

/** What is wrong: in English, and as a text in bots/locales. */
export interface Complaint {
  problem: string
  text: UserMessage
}

type Issue = z.core.$ZodIssue

const complaint = (problem: string, key: string, args: UserMessage['args'] = {}): Complaint => ({
  problem,
  text: { key, args },
})

const MISSING = complaint('is missing', 'config-missing')
const SHOWN_CHARS = 80

/** An issue of the validator in words for people; one for each unknown key. */
export const describeIssue = (issue: Issue, validator: z.ZodObject, value: unknown): ConfigProblem[] => {
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => unknownKey(validator, issue.path, key))
  return [
    {
      path: pathText(issue.path),
      ...complaintOf(issue, valueAt(value, issue.path)),
      example: exampleAt(validator, issue.path),
    },
  ]
}

const unknownKey = (validator: z.ZodObject, path: readonly PropertyKey[], key: string): ConfigProblem => {
  const known = Object.keys(shapeAt(validator, path) ?? {})
  const meant = nearest(key, known)
  const shownKey = meant ?? known[0] ?? key
  const complain = meant
    ? complaint(`is unknown; did you mean ${meant}`, 'config-unknown-near', { nearest: meant })
    : complaint(`is unknown; there are ${known.join(', ')}`, 'config-unknown', { known: known.join(', ') })
  return {
    path: clipped(pathText([...path, key])),
    ...complain,
    example: `{${JSON.stringify(shownKey)}: ${exampleAt(validator, [...path, shownKey])}}`,
  }
}

const complaintOf = (issue: Issue, value: unknown): Complaint => {
  const given = shown(value)
  switch (issue.code) {
    case 'invalid_type':
      if (value === undefined) return MISSING
      return complaint(`must be ${withArticle(issue.expected)}, not ${given}`, 'config-type', {
        type: issue.expected,
        value: given,
      })
    case 'too_small': {
      if (issue.origin === 'string') return complaint('must not be empty', 'config-empty')
      const limit = Number(issue.minimum)
      return complaint(`must be at least ${limit}, not ${given}`, 'config-min', { limit, value: given })
    }
    case 'too_big': {
      const limit = Number(issue.maximum)
      if (issue.origin === 'string') {
        const { length } = String(value)
        const problem = `must have at most ${limit} characters, not ${length}`
        return complaint(problem, 'config-long', { limit, length })
      }
      if (issue.origin === 'array')
        return complaint(`must have at most ${limit} entries`, 'config-many', { limit })
      return complaint(`must be at most ${limit}, not ${given}`, 'config-max', { limit, value: given })
    }
    case 'invalid_value': {
      if (value === undefined) return MISSING
      const choices = issue.values.join(', ')
      const problem = `must be one of ${choices}, not ${given}`
      return complaint(problem, 'config-choice', { choices, value: given })
    }
    default:
      return complaint(issue.message, RULES[issue.message] ?? 'config-other', { problem: issue.message })
  }
}

/** Rules that the validator of a field words itself. */
const RULES: Readonly<Record<string, string>> = {
  [BROKEN_TEXT]: 'config-broken-text',
  [HAS_SPACES]: 'config-has-spaces',
  [NAMED_TWICE]: 'config-named-twice',
}

const withArticle = (type: string): string => {
  if (type === 'int') return 'a whole number'
  if (type === 'array') return 'a list'
  if (type === 'string') return 'a text'
  return /^[aeiou]/.test(type) ? `an ${type}` : `a ${type}`
}

/** Short: a prompt in the wrong place must not be the complaint. */
const shown = (value: unknown): string => {
  return clipped(typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? String(value)))
}

const clipped = (text: string): string =>
  text.length > SHOWN_CHARS ? `${text.slice(0, SHOWN_CHARS).toWellFormed()}…` : text

const pathText = (path: readonly PropertyKey[]): string =>
  path.reduce<string>(
    (text, key) =>
      typeof key === 'number' ? `${text}[${key}]` : text ? `${text}.${String(key)}` : String(key),
    '',
  ) || 'config'

const valueAt = (value: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>(
    (inner, key) => (inner as Record<PropertyKey, unknown> | null | undefined)?.[key],
    value,
  )

/** The fields of the object at a path. */
const shapeAt = (validator: z.ZodObject, path: readonly PropertyKey[]): z.ZodRawShape | undefined => {
  const inner = schemaAt(validator, path)
  return inner instanceof z.ZodObject ? inner.shape : undefined
}

const schemaAt = (validator: z.ZodObject, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>(
    (schema, key) => (schema instanceof z.ZodObject ? schema.shape[String(key)] : schema),
    validator,
  )

/** The example of the field at a path, or of the object made of its fields' examples. */
const exampleAt = (validator: z.ZodObject, path: readonly PropertyKey[]): string => {
  const example = exampleOf(schemaAt(validator, path))
  const one: unknown = typeof path.at(-1) === 'number' && Array.isArray(example) ? example.at(0) : example
  return JSON.stringify(one ?? '…')
}

/** Of an object what it must have. */
const exampleOf = (schema: unknown): unknown => {
  if (!(schema instanceof z.ZodType)) return undefined
  if (!(schema instanceof z.ZodObject)) return (schema.meta()?.examples as unknown[] | undefined)?.[0]
  const needed = Object.entries(schema.shape).filter(([, field]) => !field.safeParse(undefined).success)
  return Object.fromEntries(needed.map(([key, field]) => [key, exampleOf(field)]))
}
