/** More hosts than this from one pattern are a slip of the finger. */
const HOSTS_MAX = 10_000

/**
 * The names a pattern of Ansible stands for: `web[01:03]` for web01, web02 and web03, `db-[a:c]`, with a step as in
 * `[0:10:5]`.
 * @throws Error for a pattern that stands for nothing.
 */
export const expandHosts = (pattern: string): string[] => {
  const found = /^(.*?)\[(\w+):(\w+)(?::(\d+))?\](.*)$/.exec(pattern)
  if (!found) return [pattern]
  const [, before = '', first = '', last = '', step = '1', after = ''] = found
  const names = (isNumber(first) && isNumber(last) ? numbers : letters)(first, last, Number(step))
  if (names.length === 0) throw new Error(`${pattern} stands for no host`)
  return names.flatMap((name) => expandHosts(`${before}${name}${after}`))
}

const isNumber = (text: string) => /^\d+$/.test(text)

/** Leading zeros stay. */
const numbers = (first: string, last: string, step: number): string[] =>
  steps(Number(first), Number(last), step).map((n) => String(n).padStart(first.length, '0'))

const letters = (first: string, last: string, step: number): string[] =>
  first.length === 1 && last.length === 1
    ? steps(first.charCodeAt(0), last.charCodeAt(0), step).map((code) => String.fromCharCode(code))
    : []

const steps = (first: number, last: number, step: number): number[] => {
  if (step < 1 || last < first) return []
  const length = Math.floor((last - first) / step) + 1
  if (length > HOSTS_MAX) throw new Error(`more than ${HOSTS_MAX} hosts in one line`)
  return Array.from({ length }, (_, i) => first + i * step)
}
