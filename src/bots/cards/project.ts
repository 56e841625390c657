import type { ServiceState } from '../../deploy/deployer.ts'
import type { Deployment } from '../../domain/deployments/deployments.ts'
import type { Project } from '../../domain/projects/projects.ts'
import type { Run } from '../../domain/runs/runs.ts'
import type { Card } from '../chat.ts'
import type { Words } from '../words.ts'
import { commandButton } from './command-button.ts'
import { clip, oneLine, plain } from './plain.ts'
import { statusName, statusTone } from './project-status.ts'

export interface ProjectCardData {
  project: Project
  owner?: string
  deployment?: Deployment
  /** Whether the service itself runs, as seen just now. */
  service?: ServiceState
  /** Newest first. */
  runs: Run[]
  /** What the reader may press. */
  may: { logs: boolean; restart: boolean; delete: boolean }
}

const REQUEST_SHOWN_MAX = 80

export const projectCard = (words: Words, data: ProjectCardData): Card => {
  const { t, time } = words
  const { project, deployment, service, owner, runs, may } = data
  const { name, status } = project
  const field = (key: string, value: string | null | undefined) =>
    value ? [{ label: t(key), value: oneLine(value) }] : []
  const waits = runs.some((run) => run.status === 'waiting')
  const lines = runs.map(
    (run) =>
      `- ${time(run.createdAt)} · ${t(`run-status-${run.status}`)} · ${plain(clip(oneLine(run.request), REQUEST_SHOWN_MAX))}`,
  )
  return {
    title: name,
    tone: statusTone(status),
    body: [
      plain(project.description || project.title),
      lines.length > 0 && `**${t('project-last-runs')}**\n\n${lines.join('\n')}`,
    ]
      .filter(Boolean)
      .join('\n\n'),
    fields: [
      ...field('field-state', statusName(words, status)),
      ...field('field-service', service && t(`service-${service}`)),
      ...field('field-address', deployment?.url),
      ...field('field-version', deployment?.version),
      ...field('field-repository', project.repository),
      ...field('field-owner', owner),
      // Names only: nobody sees a value, not even here (M-6, M-7).
      ...field('field-missing-secrets', project.missingSecrets?.join(', ')),
    ],
    buttons: [
      // Nobody should press "Delete" where they meant to answer the question about the plan.
      waits ? commandButton(t('button-approvals'), '/approvals') : [],
      [
        ...(may.logs && deployment ? commandButton(t('button-logs'), `/logs ${name}`) : []),
        ...(may.restart && deployment ? commandButton(t('button-restart'), `/restart ${name}`) : []),
        ...(may.delete && !waits ? commandButton(t('button-delete'), `/delete ${name}`, 'danger') : []),
      ],
    ].filter((row) => row.length > 0),
  }
}
