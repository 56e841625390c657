import { z } from 'zod'
import { say } from '../../domain/conversations/outbox.ts'
import { currentDeployment } from '../../domain/deployments/deployments.ts'
import { askToDelete } from '../../domain/projects/ask-to-delete.ts'
import { findProject, listProjects, type Project } from '../../domain/projects/projects.ts'
import { lastRuns, liveRuns } from '../../domain/runs/runs.ts'
import type { PoDeps } from '../session.ts'
import { untrusted } from '../untrusted.ts'
import type { ChatScope, ToolSession } from './chat-scope.ts'
import { defineTool } from './tool.ts'
import { unknownProject } from './unknown-project.ts'

const NO_ARGUMENTS = z.object({})

const ONE_PROJECT = z.object({ project: z.string().describe('The short name.') })

/** What the product owner can do about projects (G-4). */
export const PROJECT_TOOLS = [
  defineTool({
    name: 'list_projects',
    description: 'Lists the projects with their status and address.',
    schema: NO_ARGUMENTS,
    risk: 'LOW',
    permission: 'project.read',
    run: async (_args, { deps }: ChatScope) => {
      const { projects, total } = await listProjects(deps.db, { pageSize: 50 })
      if (total === 0) return 'There are no projects yet.'
      const lines = await Promise.all(projects.map((project) => summaryOf(deps, project)))
      return untrusted('projects', lines.join('\n'))
    },
  }),

  defineTool({
    name: 'get_project_status',
    description: 'Tells how one project is: status, address, what is being done, what waits for a person.',
    schema: ONE_PROJECT,
    risk: 'LOW',
    permission: 'project.read',
    run: async ({ project: name }, { deps, session }: ChatScope) => {
      const project = await findProject(deps.db, name)
      if (!project) throw unknownProject(name)
      await show(deps, session, 'project', { name: project.name })
      return untrusted('project', await summaryOf(deps, project))
    },
  }),

  defineTool({
    name: 'delete_project',
    description:
      'Asks, by a card in the chat, whether a project is to be deleted for good. Only when the person asked for that.',
    schema: ONE_PROJECT,
    risk: 'HIGH',
    permission: 'project.delete',
    project: ({ project }) => project,
    exclusive: true,
    asksItself: true,
    run: async ({ project: name }, { deps, session }: ChatScope) => {
      await deps.db.transaction(async (tx) => {
        await session.lease.assertWanted(tx)
        const project = await findProject(tx, name)
        if (!project) throw unknownProject(name)
        const { person, conversationId } = session
        const { id } = await askToDelete(tx, project, { person, conversationId, now: deps.clock.now() })
        await say(tx, {
          conversationId,
          key: `turn:${session.turnId}:approval:${id}`,
          content: { type: 'view', view: 'approval', args: { id } },
          readerId: person.id,
        })
      })
      await deps.wake.deliver(session.conversationId)
      return `A card asks whether ${name} is to be deleted. Nothing is deleted before the button is pressed.`
    },
  }),
]

const summaryOf = async ({ db }: PoDeps, project: Project): Promise<string> => {
  const [deployment, [last], live] = await Promise.all([
    currentDeployment(db, project.id),
    lastRuns(db, project.id, 1),
    liveRuns(db),
  ])
  const working = live.find((run) => run.projectId === project.id)
  const facts = [
    `${project.name} ("${project.title}"): ${project.status}`,
    deployment ? `address ${deployment.url}` : 'not deployed',
    working ? `a run is ${working.status}` : last ? `last run ${last.status}` : 'no runs yet',
  ]
  return facts.join('; ')
}

const show = async (deps: PoDeps, session: ToolSession, view: 'project', args: Record<string, string>) => {
  await deps.db.transaction((tx) =>
    say(tx, {
      conversationId: session.conversationId,
      key: `turn:${session.turnId}:${view}:${Object.values(args).join(':')}`,
      content: { type: 'view', view, args },
      readerId: session.person.id,
    }),
  )
  await deps.wake.deliver(session.conversationId)
}
