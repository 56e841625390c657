import { RUN_STEPS } from '../../db/shapes/run.ts'
import type { Incident } from '../../domain/incidents/incident.ts'
import type { Card } from '../chat.ts'
import type { Words } from '../words.ts'
import type { ApprovalCardData } from './approval.ts'
import { approvalLine } from './approvals.ts'
import { commandButton } from './command-button.ts'
import { incidentLine } from './incidents.ts'
import { plain } from './plain.ts'
import { type RunCardData, stepLine } from './run-progress.ts'

export interface StatusCardData {
  /** The worst first. */
  incidents: Incident[]
  /** Names by user id, of whoever has one of them. */
  names: ReadonlyMap<string, string>
  approvals: ApprovalCardData[]
  runs: RunCardData[]
  /** Services that should run and do not, without an incident yet. */
  down: { name: string }[]
  projects: number
  now: Date
}

/** What needs a person first, then what goes on by itself (W-7). */
export const statusCard = (words: Words, data: StatusCardData): Card => {
  const { t } = words
  const { incidents, names, approvals, runs, down, projects, now } = data
  const wrong = incidents.filter(({ state }) => state === 'open')
  const inHand = incidents.filter(({ state }) => state !== 'open')
  const lineOf = (one: Incident) => incidentLine(words, one, names, now)
  // A run that waits for an answer shows as its question.
  const working = runs.filter(({ run, waitsFor }) => run.status !== 'waiting' || waitsFor === undefined)
  const isWrong = wrong.length > 0 || down.length > 0
  const needsSomebody = isWrong || approvals.length > 0
  const section = (key: string, lines: string[]) =>
    lines.length > 0 ? `**${t(key)}**\n\n${lines.join('\n')}` : ''
  return {
    title: t('status-title'),
    tone: isWrong ? 'danger' : needsSomebody ? 'question' : 'neutral',
    body: [
      section('status-needs-you', [
        ...wrong.map(lineOf),
        ...down.map(({ name }) => `- ${t('status-service-down', { project: plain(name) })}`),
        ...approvals.map((one) => approvalLine(words, one)),
      ]),
      section('status-working', [...inHand.map(lineOf), ...working.map((one) => `- ${runLine(words, one)}`)]),
      !needsSomebody && t(working.length + inHand.length > 0 ? 'status-nothing-needed' : 'status-quiet'),
    ]
      .filter(Boolean)
      .join('\n\n'),
    buttons: [
      [
        ...(incidents.length > 0 ? commandButton(t('button-incidents'), '/incidents') : []),
        ...(approvals.length > 0 ? commandButton(t('button-approvals'), '/approvals') : []),
        ...(projects > 0 ? commandButton(t('button-projects'), '/projects') : []),
      ],
    ].filter((row) => row.length > 0),
    footer: t('status-footer', { count: projects }),
  }
}

const runLine = (words: Words, { run, project }: RunCardData): string => {
  const step = RUN_STEPS.findLast((one) => run.progress.steps[one]?.state === 'running')
  const progress = step && run.progress.steps[step]
  const now = step && progress ? stepLine(words, step, progress) : words.t(`run-status-${run.status}`)
  return `**${plain(project.name)}** · ${now}`
}
