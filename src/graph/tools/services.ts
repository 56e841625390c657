import { z } from 'zod'
import { MINUTE_MS } from '../../clock.ts'
import { currentDeployment } from '../../domain/deployments/deployments.ts'
import { findProject } from '../../domain/projects/projects.ts'
import { AppError } from '../../errors.ts'
import type { PoDeps } from '../session.ts'
import { untrusted } from '../untrusted.ts'
import type { ChatScope } from './chat-scope.ts'
import { defineTool } from './tool.ts'
import { unknownProject } from './unknown-project.ts'

const LOG_LINES = 60
const LOG_LINES_MAX = 200
/** A service is given about two minutes to answer, behind whoever else is changing it. */
const CHANGE_TIMEOUT_MS = 5 * MINUTE_MS

const PROJECT = z.string().describe('The short name of the project.')

/** What the product owner can do about services that run. */
export const SERVICE_TOOLS = [
  defineTool({
    name: 'get_service_logs',
    description: 'Reads the newest lines that the service of a project wrote, oldest first.',
    schema: z.object({ project: PROJECT, lines: z.int().min(1).max(LOG_LINES_MAX).default(LOG_LINES) }),
    risk: 'LOW',
    permission: 'service.logs',
    project: ({ project }) => project,
    run: async ({ project, lines }, { deps }: ChatScope) => {
      const name = await deployedService(deps, project)
      return untrusted('logs', (await deps.deployer.logs(name, { lines })) || '(nothing)')
    },
  }),

  defineTool({
    name: 'restart_service',
    description: 'Starts the service of a project afresh; one that was stopped, too. Its data stays.',
    schema: z.object({ project: PROJECT }),
    risk: 'MEDIUM',
    permission: 'service.restart',
    project: ({ project }) => project,
    exclusive: true,
    timeoutMs: CHANGE_TIMEOUT_MS,
    run: async ({ project }, { deps }: ChatScope) => {
      const name = await deployedService(deps, project)
      const { healthy, url, lastEnd = '' } = await deps.deployer.restart(name)
      return healthy
        ? `${name} was restarted and answers at ${url}.`
        : `${name} was restarted, but does not answer. ${untrusted('service', lastEnd)}`
    },
  }),

  defineTool({
    name: 'stop_service',
    description:
      'Takes the service of a project offline until somebody restarts it. Only when the person asked for that.',
    schema: z.object({ project: PROJECT }),
    risk: 'HIGH',
    permission: 'service.restart',
    project: ({ project }) => project,
    exclusive: true,
    timeoutMs: CHANGE_TIMEOUT_MS,
    tells: ({ project }) => ({ key: 'service-taken-offline', args: { name: project } }),
    run: async ({ project }, { deps }: ChatScope, { key }) => {
      const name = await deployedService(deps, project)
      const { state } = await deps.deployer.stop(name, { key })
      return state === 'stopped'
        ? `${name} is offline.`
        : `${name} was taken offline; it was started again since.`
    },
  }),
]

/** The name of a project's service. */
const deployedService = async ({ db }: PoDeps, name: string): Promise<string> => {
  const project = await findProject(db, name)
  if (!project) throw unknownProject(name)
  if (await currentDeployment(db, project.id)) return project.name
  throw new AppError('conflict', `${name} was never deployed`, {
    userMessage: { key: 'error-not-running', args: { name } },
  })
}
