import type { BudgetState } from '../../domain/costs/budgets.ts'
import type { Period } from '../../domain/costs/period.ts'
import type { CostScope, CostSums } from '../../domain/costs/summary.ts'
import type { Button, Card } from '../chat.ts'
import type { Words } from '../words.ts'
import { commandButton } from './command-button.ts'
import { type CostList, costLists } from './costs-list.ts'
import { fenced } from './fenced.ts'
import { clip, oneLine } from './plain.ts'

export interface CostsCardData {
  /** Whose costs; undefined: everybody's. */
  subject?: CostSubject
  period: Period
  total: CostSums
  lists: CostList[]
  /** The budget that these costs are to keep to. */
  budget?: BudgetState
  /** The costs over time, drawn with letters. */
  chart?: string
}

export interface CostSubject {
  scope: CostScope
  name: string
  /** As one says it in a command. */
  reference: string
}

const NAME_SHOWN_MAX = 40

/** What the models cost, dearest first, against the budget. */
export const costsCard = (words: Words, data: CostsCardData): Card => {
  const { subject, period, total, lists, budget, chart } = data
  const called = total.calls > 0
  return {
    title: costsTitle(words, data),
    tone: called && budget && budget.level !== 'fine' ? 'warning' : 'neutral',
    body: called
      ? [chart && fenced(chart), costLists(words, lists)].filter(Boolean).join('\n\n')
      : words.t('costs-none'),
    fields: [
      ...(called ? sumFields(words, total) : []),
      ...(budget ? [{ label: words.t('field-budget'), value: budgetSpent(words, budget) }] : []),
    ],
    buttons: [periodButtons(words, subject, period), scopeButtons(words, subject)].filter(
      (row) => row.length > 0,
    ),
  }
}

const sumFields = (
  { t, money, count }: Words,
  { cost, calls, inputTokens, outputTokens }: CostSums,
): NonNullable<Card['fields']> => [
  { label: t('field-total'), value: money(cost) },
  { label: t('field-calls'), value: count(calls) },
  {
    label: t('field-tokens'),
    value: t('costs-tokens', { input: count(inputTokens), output: count(outputTokens) }),
  },
]

/** `Costs of the last 30 days`, `url-shortener: costs of today`. */
export const costsTitle = (
  words: Words,
  { subject, period }: Pick<CostsCardData, 'subject' | 'period'>,
): string => {
  const shown = { period: periodName(words, period) }
  return subject
    ? words.t('costs-title-named', { ...shown, name: clip(oneLine(subject.name), NAME_SHOWN_MAX) })
    : words.t('costs-title', shown)
}

const periodName = ({ t, month }: Words, { name, from }: Period): string => {
  switch (name.kind) {
    case 'today':
      return t('costs-period-today')
    case 'days':
      return t('costs-period-days', { days: name.days })
    case 'month':
      return month(from)
    default:
      return name satisfies never
  }
}

/** `$8.10 of $10.00 in November 2026`. */
export const budgetSpent = (words: Words, { spentUsd, monthlyUsd, month }: BudgetState): string =>
  words.t('budget-spent', {
    spent: words.money(spentUsd),
    budget: words.money(monthlyUsd),
    month: words.month(new Date(`${month}-01`)),
  })

const PERIODS = [
  ['today', 'button-today'],
  ['week', 'button-week'],
  ['month', 'button-month'],
  ['30d', 'button-30-days'],
] as const

const periodButtons = ({ t }: Words, subject: CostSubject | undefined, { name }: Period): Button[] => {
  const about = subject ? ` ${subject.scope} ${subject.reference}` : ''
  const shown = name.kind !== 'days' ? name.kind : name.days === 7 ? 'week' : `${name.days}d`
  return PERIODS.filter(([word]) => word !== shown).flatMap(([word, label]) =>
    commandButton(t(label), `/costs${about} ${word}`),
  )
}

const scopeButtons = ({ t }: Words, subject: CostSubject | undefined): Button[] =>
  subject
    ? []
    : [
        ...commandButton(t('costs-by-project'), '/costs project'),
        ...commandButton(t('costs-by-agent'), '/costs agent'),
        ...commandButton(t('costs-by-person'), '/costs user'),
      ]
