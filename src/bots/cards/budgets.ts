import type { BudgetState } from '../../domain/costs/budgets.ts'
import type { Card } from '../chat.ts'
import type { Words } from '../words.ts'
import { commandButton } from './command-button.ts'
import { budgetSpent } from './costs.ts'
import { plain } from './plain.ts'

const BAR_STEPS = 10

/** Every budget, with what is spent of it this month. */
export const budgetsCard = (words: Words, budgets: BudgetState[]): Card => {
  const { t } = words
  return {
    title: t('budgets-title'),
    tone: budgets.some(({ level }) => level !== 'fine') ? 'warning' : 'neutral',
    body: budgets.length === 0 ? t('budgets-none') : budgets.map((one) => budgetLine(words, one)).join('\n'),
    buttons: [commandButton(t('button-costs'), '/costs month')],
    footer: t('budgets-footer'),
  }
}

const budgetLine = (words: Words, budget: BudgetState): string => {
  const { projectName, percent, allowedPercent, monthlyUsd } = budget
  const full = Math.min(BAR_STEPS, Math.floor((percent / 100) * BAR_STEPS))
  return [
    `- **${projectName ? plain(projectName) : words.t('budget-of-all')}**`,
    budgetSpent(words, budget),
    `${'▰'.repeat(full)}${'▱'.repeat(BAR_STEPS - full)} ${words.count(Math.floor(percent))} %`,
    allowedPercent !== null &&
      words.t('budget-allowed', { sum: words.money((monthlyUsd * allowedPercent) / 100) }),
  ]
    .filter(Boolean)
    .join(' · ')
}
