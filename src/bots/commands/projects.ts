import { currentDeployment } from '../../domain/deployments/deployments.ts'
import { askToDelete } from '../../domain/projects/ask-to-delete.ts'
import type { Project } from '../../domain/projects/projects.ts'
import { requirePermission } from '../../domain/users/permissions.ts'
import { AppError } from '../../errors.ts'
import { notice, view } from './answers.ts'
import { wholeNumber, words } from './arguments.ts'
import type { Command } from './command.ts'
import type { CommandContext } from './context.ts'
import { namedProject } from './named-project.ts'

const PAGE_MAX = 9999
const LOG_LINES = 40
const LOG_LINES_MAX = 200

const projects: Command = {
  name: 'projects',
  aliases: ['list'],
  family: 'projects',
  permission: 'project.read',
  usage: '/projects [PAGE]',
  example: '/projects 2',
  shows: (args) => {
    const [page] = words(projects, args, { min: 0, max: 1 })
    return view('projects', { page: wholeNumber(projects, page, { byDefault: 1, max: PAGE_MAX }) })
  },
}

const project: Command = {
  name: 'project',
  family: 'projects',
  permission: 'project.read',
  usage: '/project NAME',
  example: '/project url-shortener',
  run: async ({ tx }, args) => {
    const [name = ''] = words(project, args, { min: 1, max: 1 })
    const found = await namedProject(tx, name)
    return view('project', { name: found.name })
  },
}

const logs: Command = {
  name: 'logs',
  family: 'projects',
  permission: 'talk',
  aboutProject: 'service.logs',
  usage: '/logs NAME [LINES]',
  example: '/logs url-shortener 100',
  run: async (context, args) => {
    const [name = '', lines] = words(logs, args, { min: 1, max: 2 })
    const count = wholeNumber(logs, lines, { byDefault: LOG_LINES, max: LOG_LINES_MAX })
    const found = await namedProject(context.tx, name)
    requirePermission(context.person, 'service.logs', found)
    await requireDeployed(context, found)
    return view('logs', { name: found.name, lines: count })
  },
}

const restart: Command = {
  name: 'restart',
  family: 'projects',
  permission: 'talk',
  aboutProject: 'service.restart',
  usage: '/restart NAME',
  example: '/restart url-shortener',
  run: async (context, args) => {
    const [name = ''] = words(restart, args, { min: 1, max: 1 })
    const found = await namedProject(context.tx, name)
    requirePermission(context.person, 'service.restart', found)
    await requireDeployed(context, found)
    const { operations } = context.deps
    return {
      type: 'later',
      audit: { action: 'service.restart', subject: found.name },
      work: async () => {
        const { healthy, lastEnd = '' } = await operations.restart(found.name)
        if (!healthy) return notice('service-not-healthy', { name: found.name, reason: lastEnd })
        return notice('restart-done', { name: found.name })
      },
    }
  },
}

/** Asks by a card; saying it again shows the same question again. */
const remove: Command = {
  name: 'delete',
  family: 'projects',
  permission: 'talk',
  aboutProject: 'project.delete',
  usage: '/delete NAME',
  example: '/delete url-shortener',
  run: async ({ tx, person, conversation, now }, args) => {
    const [name = ''] = words(remove, args, { min: 1, max: 1 })
    const found = await namedProject(tx, name)
    requirePermission(person, 'project.delete', found)
    const approval = await askToDelete(tx, found, { person, conversationId: conversation.id, now })
    return view('approval', { id: approval.id })
  },
}

const requireDeployed = async ({ tx }: CommandContext, { id, name }: Project) => {
  if (await currentDeployment(tx, id)) return
  throw new AppError('conflict', 'the project was never deployed', {
    userMessage: { key: 'error-not-running', args: { name } },
  })
}

export const projectCommands = [projects, project, logs, restart, remove]
