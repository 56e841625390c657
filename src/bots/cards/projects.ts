import type { Project } from '../../domain/projects/projects.ts'
import { pageAction } from '../action-ids.ts'
import type { Button, Card } from '../chat.ts'
import type { Words } from '../words.ts'
import { commandButton } from './command-button.ts'
import { oneLine, plain } from './plain.ts'
import { statusName } from './project-status.ts'

export const PROJECTS_PAGE_SIZE = 8
const BUTTONS_PER_ROW = 2

export interface ProjectsCardData {
  projects: { project: Project; url?: string }[]
  total: number
  /** Counted from 1. */
  page: number
}

export const projectsCard = (words: Words, { projects, total, page }: ProjectsCardData): Card => {
  const { t } = words
  const pages = Math.max(1, Math.ceil(total / PROJECTS_PAGE_SIZE))
  if (total === 0) return { title: t('projects-title'), tone: 'neutral', body: t('projects-none') }
  if (projects.length === 0)
    return { title: t('projects-title'), tone: 'neutral', body: t('no-such-page', { pages }) }
  return {
    title: t('projects-title'),
    tone: 'neutral',
    body: projects
      .map(({ project, url }) =>
        [
          `- **${plain(project.name)}**`,
          plain(project.title),
          statusName(words, project.status),
          url && oneLine(url),
        ]
          .filter(Boolean)
          .join(' · '),
      )
      .join('\n'),
    buttons: [
      ...rowsOf(projects.flatMap(({ project: { name } }) => commandButton(name, `/project ${name}`))),
      pageButtons(words, 'projects', page, page < pages),
    ].filter((row) => row.length > 0),
    footer: pages > 1 ? t('page-of', { page: String(page), pages: String(pages) }) : undefined,
  }
}

/** Buttons to the neighbouring pages; those that do not exist have none. */
export const pageButtons = (
  { t }: Words,
  view: Parameters<typeof pageAction>[0],
  page: number,
  hasMore: boolean,
  of?: string,
): Button[] => [
  ...(page > 1 ? [{ label: t('button-previous'), action: pageAction(view, page - 1, of) }] : []),
  ...(hasMore ? [{ label: t('button-next'), action: pageAction(view, page + 1, of) }] : []),
]

export const rowsOf = (buttons: Button[]): Button[][] =>
  Array.from({ length: Math.ceil(buttons.length / BUTTONS_PER_ROW) }, (_, i) =>
    buttons.slice(i * BUTTONS_PER_ROW, (i + 1) * BUTTONS_PER_ROW),
  )
