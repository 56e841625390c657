import { code } from './code.ts'

export const INPUT_CHECKS = ['text', 'optionalText', 'oneOf', 'date', 'tags'] as const
export type InputCheck = (typeof INPUT_CHECKS)[number]

const CHECKS: Record<InputCheck, string> = {
  text: code`
/** A text of at most \`max\` characters that is not blank. */
export function text(input, name, max) {
  const value = optionalText(input, name, max)
  if (!value) throw new HttpError(400, \`“\${name}” is missing.\`)
  return value
}
`,
  optionalText: code`
export function optionalText(input, name, max) {
  const value = input[name] ?? ''
  if (typeof value !== 'string') throw new HttpError(400, \`“\${name}” must be a text.\`)
  const clean = value.replaceAll('\r\n', '\n').replace(INVISIBLE, '').trim()
  if (clean.length > max) throw new HttpError(400, \`“\${name}” is longer than \${max} characters.\`)
  return clean
}
`,
  oneOf: code`
export function oneOf(input, name, options, fallback) {
  const value = input[name] || fallback
  if (!options.includes(value)) throw new HttpError(400, \`“\${name}” must be one of: \${options.join(', ')}.\`)
  return value
}
`,
  date: code`
/** A calendar day such as \`2030-01-31\`, or null when none was given. */
export function date(input, name) {
  const value = input[name] || null
  if (value === null) return null
  const parsed = typeof value === 'string' && /^\d{4}-\d\d-\d\d$/.test(value) ? new Date(value) : undefined
  // A day that does not exist, such as February 30th, comes back as another one.
  if (!parsed || Number.isNaN(parsed.getTime()) || parsed.toISOString().slice(0, 10) !== value)
    throw new HttpError(400, \`“\${name}” must be a date such as 2030-01-31.\`)
  return value
}
`,
  tags: code`
const MAX_TAGS = 10

/** Tags as a list, or as one text with commas between them; each one once, in lower case. */
export function tags(input, name) {
  const given = input[name] ?? []
  const list = typeof given === 'string' ? given.split(',') : given
  if (!Array.isArray(list) || list.some((tag) => typeof tag !== 'string'))
    throw new HttpError(400, \`“\${name}” must be a list of texts.\`)
  const clean = [...new Set(list.map((tag) => tag.replace(INVISIBLE, '').trim().toLowerCase()))].filter(Boolean)
  if (clean.length > MAX_TAGS || clean.some((tag) => tag.length > 30))
    throw new HttpError(400, \`At most \${MAX_TAGS} tags of 30 characters are possible.\`)
  return clean
}
`,
}

/** `src/input.js`: checks of what people send; only those that the service uses. */
export const inputSource = (checks: readonly InputCheck[]): string =>
  [
    code`
import { HttpError } from './http.js'

/** Control characters, which no text needs; line breaks and tabs stay. */
const INVISIBLE = /[^\P{Cc}\n\t]/gu
`,
    ...INPUT_CHECKS.filter((check) => checks.includes(check)).map((check) => CHECKS[check]),
  ].join('\n')
