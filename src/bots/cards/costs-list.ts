import type { CostLine, CostScope } from '../../domain/costs/summary.ts'
import type { Words } from '../words.ts'
import { clip, plain } from './plain.ts'

export interface CostList {
  by: CostScope
  /** Dearest first. */
  lines: CostLine[]
}

const LINES_MAX = 12
const NAME_SHOWN_MAX = 40
const MODELS_SHOWN = 2
/** Where several lists stand below each other, each is short. */
const LINES_MAX_EACH = 5

/** One list has every detail; several have headings instead. */
export const costLists = (words: Words, lists: CostList[]): string => {
  const [only, ...others] = lists
  if (only && others.length === 0) return rows(words, only, LINES_MAX, detailed)
  return lists
    .map((list) => `**${words.t(HEADINGS[list.by])}**\n\n${rows(words, list, LINES_MAX_EACH, brief)}`)
    .join('\n\n')
}

const HEADINGS = {
  project: 'costs-by-project',
  agent: 'costs-by-agent',
  user: 'costs-by-person',
} as const satisfies Record<CostScope, string>

const NOBODY = {
  project: 'costs-no-project',
  agent: 'somebody',
  user: 'somebody',
} as const satisfies Record<CostScope, string>

type Draw = (words: Words, line: CostLine) => string[]

const rows = (words: Words, { by, lines }: CostList, max: number, draw: Draw): string => {
  const left = lines.slice(max)
  const nameOf = ({ name }: CostLine) => plain(clip(name ?? words.t(NOBODY[by]), NAME_SHOWN_MAX))
  return [
    ...lines
      .slice(0, max)
      .map((line) => [`- **${nameOf(line)}**`, words.money(line.cost), ...draw(words, line)].join(' · ')),
    ...(left.length > 0
      ? [`- ${words.t('costs-more', { count: left.length, cost: words.money(sumOf(left)) })}`]
      : []),
  ].join('\n')
}

const sumOf = (lines: CostLine[]): number => lines.reduce((sum, { cost }) => sum + cost, 0)

const brief: Draw = ({ t }, { calls }) => [t('costs-calls', { calls })]

const detailed: Draw = ({ t, count }, { calls, inputTokens, outputTokens, models }) => [
  plain([...models.slice(0, MODELS_SHOWN), ...(models.length > MODELS_SHOWN ? ['…'] : [])].join(', ')),
  t('costs-line', { calls, input: count(inputTokens), output: count(outputTokens) }),
]
