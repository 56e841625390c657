import { RUN_STEPS, type RunStatus, type RunStep, type StepProgress } from '../../db/shapes/run.ts'
import { isLive, type Run } from '../../domain/runs/runs.ts'
import type { Card } from '../chat.ts'
import type { Words } from '../words.ts'
import { commandButton } from './command-button.ts'
import { oneLine, plain } from './plain.ts'

export interface RunCardData {
  run: Run
  project: { name: string; title: string }
  /** Who stopped it. */
  stoppedBy?: string
  /** Number of the approval that the run waits for. */
  waitsFor?: number
}

const MARKS = { running: '▸', done: '✓', failed: '✗', skipped: '–' } as const

/** How far a run is: one message, edited in place. Steps nobody reached are left out. */
export const runProgressCard = (words: Words, { run, project, waitsFor }: RunCardData): Card => {
  const { t } = words
  const asks = run.status === 'waiting' && waitsFor !== undefined
  const lines = RUN_STEPS.flatMap((step) => {
    const progress = run.progress.steps[step]
    return progress && progress.state !== 'skipped' ? [stepLine(words, step, progress)] : []
  })
  return {
    title: t(titleOf(run), { project: oneLine(project.name) }),
    tone: TONES[run.status],
    body: [lines.join('\\\n'), statusLine(words, run, waitsFor)].filter(Boolean).join('\n\n'),
    // The question has a button of its own for "no".
    buttons: isLive(run) && !asks ? [commandButton(t('button-stop'), '/stop')] : undefined,
  }
}

const TONES = {
  queued: 'progress',
  running: 'progress',
  waiting: 'progress',
  succeeded: 'success',
  failed: 'danger',
  rejected: 'neutral',
  stopped: 'neutral',
} as const satisfies Record<RunStatus, Card['tone']>

const PLANNING: readonly RunStep[] = ['resources', 'design', 'approval']

/** Until the plan is approved nothing is built, and the title does not say so. */
const titleOf = ({ kind, progress: { steps } }: Run): string => {
  const approved = steps.approval && ['done', 'skipped'].includes(steps.approval.state)
  const begun = RUN_STEPS.some((step) => !PLANNING.includes(step) && steps[step])
  return approved || begun ? `run-title-${kind.replace('_', '-')}` : 'run-title-planning'
}

/** `▸ Building 2/3 · note`. */
export const stepLine = ({ t }: Words, step: RunStep, progress: StepProgress): string => {
  const count = progress.total !== undefined ? ` ${progress.done ?? 0}/${progress.total}` : ''
  const note = progress.note ? ` · ${plain(progress.note)}` : ''
  return `${MARKS[progress.state]} ${t(`step-${step}`)}${count}${note}`
}

const statusLine = ({ t }: Words, { status }: Run, waitsFor: number | undefined): string => {
  switch (status) {
    case 'queued':
      return t('run-queued')
    case 'waiting':
      return waitsFor === undefined
        ? t('run-waiting')
        : t('run-waiting-approval', { number: String(waitsFor) })
    case 'rejected':
      return t('run-rejected')
    case 'stopped':
      return t('run-stopped')
    case 'running':
    case 'succeeded':
    case 'failed':
      return ''
    default:
      return status satisfies never
  }
}
