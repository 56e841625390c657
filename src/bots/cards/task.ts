import { answerInput, answerResult } from '../../domain/asking/ask-agent.ts'
import { choiceReason } from '../../domain/asking/note-choice.ts'
import type { Decision } from '../../domain/routing/route-task.ts'
import type { Task } from '../../domain/tasks/tasks.ts'
import type { ErrorCode } from '../../errors.ts'
import type { Card } from '../chat.ts'
import { isRefusal } from '../failure-notice.ts'
import type { Words } from '../words.ts'
import { commandButton } from './command-button.ts'
import { noticeMarkdown } from './notice.ts'
import { oneLine } from './plain.ts'

export interface TaskCardData {
  task: Task
  /** The name of the project it is about. */
  project: string | undefined
  /** The latest decision about it. */
  decision: Decision | undefined
}

/** A question to an agent: being looked into, then the answer, with who gave it and why they. */
export const taskCard = (words: Words, data: TaskCardData): Card => {
  const { t } = words
  const { task } = data
  const agent = oneLine(task.agentName ?? '')
  switch (task.state) {
    case 'waiting':
    case 'routed':
      return {
        title: agent ? t('answer-working', { agent }) : t('answer-choosing'),
        tone: 'progress',
      }
    case 'succeeded':
      return answered(words, data)
    case 'failed': {
      const { failure } = task
      const isFault = failure && !isRefusal({ code: failure.code as ErrorCode })
      const reference = isFault && t('reference', { reference: failure.reference })
      const body = [failure ? noticeMarkdown(words, failure) : t('error-internal'), reference]
      return { ...unanswered(words, data), tone: 'danger', body: body.filter(Boolean).join('\n\n') }
    }
    case 'cancelled':
      return { ...unanswered(words, data), tone: 'neutral', body: t('answer-cancelled') }
    default:
      return task.state satisfies never
  }
}

const answered = (words: Words, data: TaskCardData): Card => {
  const { task } = data
  const result = answerResult.safeParse(task.result).data
  if (!result) return { ...unanswered(words, data), tone: 'danger', body: words.t('error-internal') }
  if ('refusal' in result)
    return { ...unanswered(words, data), tone: 'warning', body: noticeMarkdown(words, result.refusal) }
  return {
    title: [task.agentName ?? '', data.project ?? ''].map(oneLine).filter(Boolean).join(' · '),
    tone: 'neutral',
    body: result.markdown,
    footer: footerOf(words, data),
  }
}

/** The question stands in it: by now it may be far above. */
const unanswered = (words: Words, data: TaskCardData): Omit<Card, 'tone'> => ({
  title: words.t('answer-failed'),
  fields: [{ label: words.t('field-task'), value: oneLine(data.task.title) }],
  buttons: [commandButton(words.t('button-details'), `/why ${data.task.number}`)].filter(
    (row) => row.length > 0 && data.decision !== undefined,
  ),
  footer: footerOf(words, data),
})

/** `Ask · chosen by Orchestrator: a question about the design · research worker build-1.research (62 points) · /why 12` */
const footerOf = (words: Words, { task, decision }: TaskCardData): string | undefined => {
  const { t } = words
  const parts = [
    oneLine(task.agentName ?? ''),
    howChosen(words, task),
    decision &&
      t('answer-worker', {
        type: t(`worker-type-${decision.agentType}`),
        worker: oneLine(decision.selectedAgentName),
        points: Math.round(decision.score),
      }),
    decision && t('answer-why', { number: String(task.number) }),
  ].filter(Boolean)
  return parts.length > 0 ? parts.join(' · ') : undefined
}

const howChosen = ({ t }: Words, { agentName, agentReason, input }: Task): string | undefined => {
  if (!agentName) return undefined
  const reason = choiceReason(agentReason)
  if (reason === undefined) return t(agentReason === 'reply' ? 'answer-replied' : 'answer-asked')
  const by = answerInput.safeParse(input).data?.chosenBy
  return by
    ? t('answer-chosen', { by: oneLine(by), reason: oneLine(reason) })
    : t('answer-chosen-by-rules', { reason: oneLine(reason) })
}
