import type { Database } from '../../db/client.ts'
import type { ServiceState } from '../../deploy/deployer.ts'
import { currentDeployment, currentDeployments } from '../../domain/deployments/deployments.ts'
import { listProjects, type Project } from '../../domain/projects/projects.ts'
import { lastRuns } from '../../domain/runs/runs.ts'
import { can } from '../../domain/users/permissions.ts'
import { userNames } from '../../domain/users/reader.ts'
import { createGroupCommit, LOOKUPS_AT_ONCE } from '../../group-commit.ts'
import type { ProjectCardData } from '../cards/project.ts'
import { PROJECTS_PAGE_SIZE, type ProjectsCardData } from '../cards/projects.ts'
import type { Drawing } from './index.ts'

const RUNS_SHOWN = 5

export const projectCardData = async (drawing: Drawing, project: Project): Promise<ProjectCardData> => {
  const { deps, person } = drawing
  const [deployment, runs, names] = await Promise.all([
    currentDeployment(deps.db, project.id),
    lastRuns(deps.db, project.id, RUNS_SHOWN),
    userNames(deps.db, [project.ownerId]),
  ])
  const may = (action: 'service.logs' | 'service.restart' | 'project.delete') =>
    person ? can(person, action, project) : true
  return {
    project,
    owner: names.get(project.ownerId ?? ''),
    deployment,
    service: deployment && (await serviceState(drawing, project.name)),
    runs,
    may: { logs: may('service.logs'), restart: may('service.restart'), delete: may('project.delete') },
  }
}

/** Reads pages of the list of projects. Readers who ask at the same moment share one look. */
export const createProjectPages = (db: Database): ((page: number) => Promise<ProjectsCardData>) => {
  const asked = createGroupCommit<number, ProjectsCardData>(
    async (pages) => {
      const looks = new Map<number, Promise<ProjectsCardData>>()
      return Promise.all(
        pages.map((page) => {
          const look = looks.get(page) ?? readPage(db, page)
          looks.set(page, look)
          return look
        }),
      )
    },
    { atOnce: LOOKUPS_AT_ONCE },
  )
  return (page) => asked.add(page)
}

const readPage = async (db: Database, page: number): Promise<ProjectsCardData> => {
  const { projects, total } = await listProjects(db, { page, pageSize: PROJECTS_PAGE_SIZE })
  const running = await currentDeployments(
    db,
    projects.map(({ id }) => id),
  )
  return {
    projects: projects.map((project) => ({ project, url: running.get(project.id)?.url })),
    total,
    page,
  }
}

/** Undefined when it cannot be told: a card is shown without it rather than not at all. */
export const serviceState = async ({ deps }: Drawing, name: string): Promise<ServiceState | undefined> =>
  (await deps.operations.status(name).catch(() => undefined))?.state
