import type { ActionBody, FormBody } from '../db/shapes/incoming.ts'
import type { NoticeContent, OutboxContent, ViewContent } from '../db/shapes/outgoing.ts'
import { findByPart, revise } from '../domain/conversations/outbox.ts'
import { type Action, requirePermission } from '../domain/users/permissions.ts'
import { longUuid } from '../short-uuid.ts'
import { type ButtonAction, type PagedView, parseAction } from './action-ids.ts'
import { clickApproval } from './click-approval.ts'
import { clickIncident } from './click-incident.ts'
import { runAgentForm } from './commands/agents/form.ts'
import { view } from './commands/answers.ts'
import type { Answer, CommandContext } from './commands/context.ts'
import { runCommand } from './commands/run-command.ts'
import { toPresser } from './to-presser.ts'

/**
 * A pressed button, or the words that a button asked for.
 *
 * @returns undefined when the answer is already on the screen: the pressed message itself has changed.
 */
export const runAction = async (
  context: CommandContext,
  body: ActionBody | FormBody,
): Promise<Answer | undefined> => {
  const action = parseAction(body.action)
  if (!action) return toPresser(context, 'click-unknown')
  switch (action.kind) {
    case 'approval':
      return clickApproval(context, action, body.kind === 'form' ? body.text : undefined)
    case 'command':
      return runCommand(context, action.name, action.args)
    case 'page':
      return turnPage(context, body, action)
    case 'agent':
      return runAgentForm(context, action.form, body)
    case 'incident':
      return clickIncident(context, action.click)
    default:
      return action satisfies never
  }
}

/** Shows another page in the message that was pressed; where that is gone, in a new one. */
const turnPage = async (
  context: CommandContext,
  body: ActionBody | FormBody,
  { view: name, page, of }: PageAction,
): Promise<OutboxContent | NoticeContent | undefined> => {
  const { tx, deps, row, person, afterCommit } = context
  requirePermission(person, PAGES[name].permission)
  const args = PAGES[name].args(of)
  if (!args) return toPresser(context, 'click-unknown')
  const content = view(name, { ...args, page })
  const pressed = body.messageRef ? await findByPart(tx, row.conversationId, body.messageRef) : undefined
  if (pressed?.content.type !== 'view' || pressed.content.view !== name) return content
  const conversationId = await revise(tx, pressed.id, { content })
  if (!conversationId) return content
  afterCommit(() => deps.wake.deliver(conversationId))
  return undefined
}

const pagesOfProject = (project: string): ViewContent['args'] => (project === '' ? {} : { project })

type PageAction = ButtonAction & { kind: 'page' }

/** Who may turn the pages of a view, and what it is a view of. `args` is undefined for what no button of ours says. */
const PAGES: Record<PagedView, { permission: Action; args(of: string): ViewContent['args'] | undefined }> = {
  projects: { permission: 'project.read', args: () => ({}) },
  audit: { permission: 'audit.read', args: () => ({}) },
  agents: { permission: 'agents.read', args: pagesOfProject },
  'agent-history': {
    permission: 'agents.read',
    args: (short) => {
      const id = longUuid(short)
      return id === undefined ? undefined : { id }
    },
  },
  decisions: { permission: 'agents.read', args: (filter) => ({ ...(filter !== '' && { filter }) }) },
  incidents: { permission: 'incidents.read', args: (filter) => ({ ...(filter !== '' && { filter }) }) },
  workers: { permission: 'agents.read', args: () => ({}) },
  servers: { permission: 'servers.read', args: () => ({}) },
  discovered: { permission: 'project.read', args: () => ({}) },
}
