import { AGENT_ROLES } from '../../db/shapes/agent.ts'
import type { AskContent, NoticeContent } from '../../db/shapes/outgoing.ts'
import type { TextArgs } from '../texts.ts'
import type { Words } from '../words.ts'
import { problemsMarkdown } from './agent-problems.ts'
import { plain } from './plain.ts'
import { span } from './span.ts'
import { usageIn } from './usage.ts'

/** Arguments that every language writes in its own way: ISO times, names of roles, US dollars, spans of time. */
const TIMES = ['when', 'until']
const ROLES = ['role', 'yours']
const SUMS = ['spent', 'budget']
/** Milliseconds. */
const SPANS = ['took', 'ago']
/** Words of our own that texts show as code or as links, where an escape would be visible. */
const VERBATIM = ['usage', 'example', 'code', 'nearest', 'url', 'reference']

/** A text by key with its arguments. A `reference` that the text itself does not mention stands below it. */
export const noticeMarkdown = (
  words: Words,
  { key, args }: Pick<NoticeContent | AskContent, 'key' | 'args'>,
) => {
  const text = words.t(key, inWords(words, args))
  const { reference } = args
  if (reference === undefined || text.includes(String(reference))) return text
  return `${text}\n\n${words.t('reference', { reference })}`
}

const inWords = (words: Words, args: TextArgs): TextArgs =>
  Object.fromEntries(
    Object.entries(args).map(([name, value]) => {
      if (TIMES.includes(name)) return [name, words.time(new Date(value))]
      if (ROLES.includes(name)) return [name, roleName(words, String(value))]
      if (SUMS.includes(name)) return [name, words.money(Number(value))]
      if (SPANS.includes(name)) return [name, span(words, Math.max(0, Number(value)))]
      if (name === 'problems') return [name, problemsMarkdown(words, String(value), Number(args.count))]
      if (name === 'usage') return [name, usageIn(words, String(value))]
      // Approvals and incidents are called by their number; it gets no separators.
      if (name === 'number') return [name, String(value)]
      return [name, typeof value === 'string' && !VERBATIM.includes(name) ? plain(value) : value]
    }),
  )

/** People have roles, and so have agents. */
const roleName = ({ t }: Words, role: string): string =>
  AGENT_ROLES.some((one) => one === role) ? t(`agent-role-${role}`) : t(`role-${role}`)
