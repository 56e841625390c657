import type { FieldType, Resource } from '../../spec.ts'
import { code } from '../shared/code.ts'
import { quote } from '../shared/quote.ts'

const CHECKS: Record<FieldType, string> = {
  text: code`
text(value, name) {
  if (typeof value !== 'string') throw new HttpError(400, \`“\${name}” must be a text.\`)
  const clean = value.replace(INVISIBLE, '').trim()
  if (clean.length > MAX_TEXT) throw new HttpError(400, \`“\${name}” is longer than \${MAX_TEXT} characters.\`)
  return clean
},
`,
  number: code`
/** Forms send numbers as texts. */
number(value, name) {
  const number = typeof value === 'string' ? Number(value.replace(',', '.')) : value
  if (!Number.isFinite(number)) throw new HttpError(400, \`“\${name}” must be a number.\`)
  return number
},
`,
  boolean: code`
boolean(value, name) {
  if (![true, false, 'true', 'false'].includes(value)) throw new HttpError(400, \`“\${name}” must be true or false.\`)
  return String(value) === 'true'
},
`,
  date: code`
/** A calendar day; one that does not exist, such as February 30th, comes back from Date as another. */
date(value, name) {
  const parsed = typeof value === 'string' && /^\d{4}-\d\d-\d\d$/.test(value) ? new Date(value) : undefined
  if (!parsed || Number.isNaN(parsed.getTime()) || parsed.toISOString().slice(0, 10) !== value)
    throw new HttpError(400, \`“\${name}” must be a date such as 2030-01-31.\`)
  return value
},
`,
}

/** `src/fields.js`: the one place that knows which fields there are. */
export const fieldsSource = ({ singular, fields }: Resource): string => {
  const types = [...new Set(fields.map(({ type }) => type))]
  return code`
import { HttpError } from './http.js'

${types.includes('text') && 'const MAX_TEXT = 2000\n/** Control characters, which no text needs; line breaks and tabs stay. */\nconst INVISIBLE = /[^\\P{Cc}\\n\\t]/gu'}

/** What ${article(singular)} ${words(singular)} consists of. The first field must be given, the others may be left out. */
export const FIELDS = [
  ${fields.map(({ name, type }) => `{ name: ${quote(name)}, type: '${type}' },`).join('\n')}
]

const CHECKS = {
  ${types.map((type) => CHECKS[type].trimEnd()).join('\n')}
}

/** The values that \`input\` names, checked; a field that is empty becomes null. */
export function readFields(input) {
  const unknown = Object.keys(input).find((name) => !FIELDS.some((field) => field.name === name))
  if (unknown !== undefined) {
    const names = FIELDS.map((field) => field.name).join(', ')
    throw new HttpError(400, \`There is no field “\${unknown}”. The fields are: \${names}.\`)
  }
  const given = FIELDS.filter(({ name }) => Object.hasOwn(input, name))
  return Object.fromEntries(given.map(({ name, type }) => [name, readValue(input[name], name, type)]))
}

function readValue(value, name, type) {
  const empty = value === null || (typeof value === 'string' && value.trim() === '')
  if (!empty) return CHECKS[type](value, name)
  if (name === FIELDS[0].name) throw new HttpError(400, \`“\${name}” is missing.\`)
  return null
}
`
}

export const words = (name: string): string => name.replaceAll('_', ' ')
export const article = (name: string): string => (/^[aeiou]/.test(name) ? 'an' : 'a')

/** A value of the type for tests and examples. */
export const sampleValue = (name: string, type: FieldType): string | number | boolean => {
  switch (type) {
    case 'text':
      return `Some ${words(name)}`
    case 'number':
      return 12.5
    case 'boolean':
      return true
    case 'date':
      return '2030-01-31'
  }
  return type satisfies never
}
