import type { RunnerUp } from '../../db/shapes/task.ts'
import type { Decision } from '../../domain/routing/route-task.ts'
import type { Task } from '../../domain/tasks/tasks.ts'
import type { Card } from '../chat.ts'
import type { Words } from '../words.ts'
import { commandButton } from './command-button.ts'
import { outcomeName, pointsOf, workName } from './decision-words.ts'
import { noticeMarkdown } from './notice.ts'
import { oneLine, plain } from './plain.ts'
import { span } from './span.ts'

export interface WhyCardData {
  decision: Decision
  /** Undefined once the task is gone. */
  task: Task | undefined
  /** Every attempt of the task, the first first. */
  attempts: Decision[]
}

/** Why this worker: the scores of all that could have done it, in their parts. */
export const whyCard = (words: Words, { decision, task, attempts }: WhyCardData): Card => {
  const { t } = words
  const worker = oneLine(decision.selectedAgentName)
  return {
    title: task ? t('why-title', { worker, number: String(task.number) }) : t('why-title-gone', { worker }),
    tone: 'neutral',
    body: [
      t('why-chosen', {
        worker: plain(worker),
        score: pointsOf(words, decision.score),
        others: decision.runnersUp.length,
      }),
      scoreTable(words, decision),
      t('why-legend'),
      attemptList(words, attempts),
    ]
      .filter(Boolean)
      .join('\n\n'),
    fields: fieldsOf(words, decision, task),
    buttons: [
      [
        ...commandButton(worker, `/worker ${worker}`),
        ...commandButton(t('button-decisions'), `/decisions ${worker}`),
      ],
    ].filter((row) => row.length > 0),
  }
}

const scoreTable = (words: Words, decision: Decision): string => {
  const chosen: Pick<RunnerUp, 'name' | 'score' | 'parts'> = {
    name: decision.selectedAgentName,
    score: decision.score,
    parts: {
      success: decision.successPoints,
      context: decision.contextPoints,
      specialization: decision.specializationPoints,
      load: decision.loadPoints,
    },
  }
  const columns = ['worker', 'score', 'success', 'context', 'specialization', 'load'] as const
  const rows = [chosen, ...decision.runnersUp].map(({ name, score, parts }) => [
    plain(name).replaceAll('|', '\\|'),
    ...[score, parts.success, parts.context, parts.specialization, parts.load].map((points) =>
      pointsOf(words, points),
    ),
  ])
  return [columns.map((column) => words.t(`why-column-${column}`)), columns.map(() => '---'), ...rows]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n')
}

/** Only where there was more than one: what became of each. */
const attemptList = (words: Words, attempts: Decision[]): string => {
  if (attempts.length < 2) return ''
  const lines = attempts.map((one, index) => {
    const outcome = outcomeName(words, one.outcome)
    const line = words.t('why-attempt-failure', { worker: plain(one.selectedAgentName), outcome })
    return `${index + 1}. ${[line, one.failure && noticeMarkdown(words, one.failure)].filter(Boolean).join('. ')}`
  })
  return `**${words.t('why-attempts')}**\n\n${lines.join('\n')}`
}

const fieldsOf = (words: Words, decision: Decision, task: Task | undefined): Card['fields'] => {
  const { t, time } = words
  const { workType, performedByName, outcome, successRatePercent, createdAt, durationMs } = decision
  const fields = [
    [t('field-task'), task && oneLine(task.title)],
    [t('field-work'), workName(words, workType)],
    [t('field-agent'), performedByName && oneLine(performedByName)],
    [t('field-outcome'), outcomeName(words, outcome)],
    [t('field-success-rate'), successRatePercent !== null && `${successRatePercent} %`],
    [t('field-decided'), time(createdAt)],
    [t('field-took'), durationMs !== null && span(words, durationMs)],
  ] as const
  return fields.flatMap(([label, value]) => (value ? [{ label, value }] : []))
}
