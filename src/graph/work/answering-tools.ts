import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { projectFacts } from '../../domain/asking/project-facts.ts'
import { findProject, listProjects, projectById } from '../../domain/projects/projects.ts'
import type { Task } from '../../domain/tasks/tasks.ts'
import { AppError } from '../../errors.ts'
import { createWorkspace, type Workspace } from '../../workers/workspace.ts'
import type { DeliveryDeps } from '../session.ts'
import { type AgentTool, bindTools, defineTool } from '../tools/tool.ts'
import { readingTools } from '../tools/workspace.ts'
import { untrusted } from '../untrusted.ts'
import { DEFAULT_BRANCH, repositoryOf } from '../work-tree.ts'

const PROJECTS_MAX = 50

/**
 * What an agent that answers may do: look at projects, and read the files of this one as they are on its main branch.
 * The files are exported when first read, and removed with the tools.
 */
export const answeringTools = async (
  deps: DeliveryDeps,
  task: Task,
): Promise<{ tools: AgentTool[] } & AsyncDisposable> => {
  const project = task.projectId ? await projectById(deps.db, task.projectId) : undefined
  const dir = join(deps.dataDir, 'work', `answer-${task.id}`)
  // Each time anew: exporting what is there already costs nothing, and old folders are cleared away by the hour.
  const workspace = async (): Promise<Workspace> => {
    if (!project?.repository) throw new AppError('not_found', 'the project has no files yet')
    await deps.forge.exportTree({ repository: repositoryOf(project), ref: DEFAULT_BRANCH, dir })
    return createWorkspace({ root: dir })
  }
  return {
    tools: [...lookingTools(deps), ...readingTools(readOnly(workspace))],
    [Symbol.asyncDispose]: () => rm(dir, { recursive: true, force: true }),
  }
}

const readOnly = (workspace: () => Promise<Workspace>): Workspace => {
  const refuse = async () => {
    throw new AppError('sandbox_refused', 'these files can only be read')
  }
  return {
    list: async (folder) => (await workspace()).list(folder),
    read: async (path) => (await workspace()).read(path),
    write: refuse,
    remove: refuse,
  }
}

/** Told to the agent only: nothing is put into the chat, unlike what the product owner's tools of these names do. */
const lookingTools = ({ db }: DeliveryDeps): AgentTool[] =>
  bindTools(
    [
      defineTool({
        name: 'list_projects',
        description: 'Lists the projects with their status.',
        schema: z.object({}),
        risk: 'LOW',
        permission: 'project.read',
        run: async () => {
          const { projects } = await listProjects(db, { pageSize: PROJECTS_MAX })
          const lines = projects.map(({ name, title, status }) => `${name} ("${title}"): ${status}`)
          return untrusted('projects', lines.join('\n') || '(none)')
        },
      }),
      defineTool({
        name: 'get_project_status',
        description:
          'Tells how one project is: status, address, its plan, its last runs and why they failed.',
        schema: z.object({ project: z.string().describe('The short name.') }),
        risk: 'LOW',
        permission: 'project.read',
        run: async ({ project: name }) => {
          const project = await findProject(db, name)
          if (!project) throw new AppError('not_found', `there is no project ${name}`)
          return untrusted('project', JSON.stringify(await projectFacts(db, project)))
        },
      }),
    ],
    undefined,
  )
