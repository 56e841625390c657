import type { DecisionPage } from '../../domain/routing/history.ts'
import type { Decision } from '../../domain/routing/route-task.ts'
import type { Card } from '../chat.ts'
import type { Words } from '../words.ts'
import { isButtonWord, outcomeName, workName } from './decision-words.ts'
import { oneLine, plain } from './plain.ts'
import { pageButtons } from './projects.ts'

export interface DecisionsCardData extends Omit<DecisionPage, 'decisions'> {
  /** `number` of the task, while it is there. */
  decisions: { decision: Decision; number: number | undefined }[]
  /** What was asked for: the name of an agent or a worker, or a work type. */
  filter: string | undefined
}

/** What went to which worker, and how it came out, newest first. */
export const decisionsCard = (
  words: Words,
  { decisions, page, hasMore, filter }: DecisionsCardData,
): Card => {
  const { t } = words
  return {
    title: filter
      ? t('decisions-title-of', { filter: oneLine(workName(words, filter)) })
      : t('decisions-title'),
    tone: 'neutral',
    body:
      decisions.map((one) => line(words, one)).join('\n') || t(page > 1 ? 'decisions-end' : 'decisions-none'),
    buttons: [
      filter && !isButtonWord(filter) ? [] : pageButtons(words, 'decisions', page, hasMore, filter),
    ].filter((row) => row.length > 0),
    footer: page > 1 || hasMore ? t('page', { page: String(page) }) : undefined,
  }
}

const line = (words: Words, { decision, number }: DecisionsCardData['decisions'][number]): string => {
  const { t, time } = words
  const { createdAt, workType, performedByName, selectedAgentName, score, attempt, outcome } = decision
  const facts = [
    time(createdAt),
    number !== undefined && t('decision-task', { number: String(number) }),
    workName(words, workType),
    performedByName && plain(performedByName),
    `**${plain(selectedAgentName)}**`,
    t('decision-points', { points: Math.round(score) }),
    attempt > 1 && t('decision-attempt', { attempt: String(attempt) }),
    outcomeName(words, outcome),
  ]
  return `- ${facts.filter(Boolean).join(' · ')}`
}
