import type { ActionBody, FormBody } from '../../../db/shapes/incoming.ts'
import { findAgent, requireAgent } from '../../../domain/agents/agents.ts'
import { requirePermission } from '../../../domain/users/permissions.ts'
import { type AgentForm, agentFormAction } from '../../agent-form-ids.ts'
import type { Answer, CommandContext } from '../context.ts'
import { initialText } from './initial-text.ts'
import { askFor, type EditForm, saveText } from './save-text.ts'
import { testAgent } from './test-agent.ts'

type GivenBody = Pick<FormBody, 'text' | 'attachment' | 'omitted'>

/** A button that asks for a text about an agent was pressed, or here is the text. */
export const runAgentForm = async (
  context: CommandContext,
  form: AgentForm,
  body: ActionBody | FormBody,
): Promise<Answer> => {
  if (form.what === 'test') return runTest(context, form.id, body)
  requirePermission(context.person, 'agents.manage')
  return body.kind === 'form' ? takeText(context, form, body) : open(context, form)
}

const runTest = async (context: CommandContext, id: string, body: ActionBody | FormBody): Promise<Answer> => {
  requirePermission(context.person, 'agents.ask')
  const agent = await requireAgent(context.tx, id)
  const prompt = body.kind === 'form' ? body.text.trim() : ''
  if (prompt !== '') return testAgent(context, agent, prompt)
  const action = agentFormAction({ what: 'test', id })
  return { type: 'ask', key: 'ask-agent-test', args: { agent: agent.name }, action }
}

/**
 * Asks for the text; on an old card, too, it begins with what is there now. A button with a draft on it asks for
 * nothing: what the form would begin with is saved.
 */
const open = async (context: CommandContext, form: EditForm): Promise<Answer> => {
  if (form.what === 'new') return askFor(form)
  const agent = await requireAgent(context.tx, form.id)
  const text = form.draft && (await initialText(context.tx, form))
  if (text && form.draft) return saveText(context, form, { text, draft: form.draft })
  return askFor({ what: form.what, id: form.id, version: agent.version }, { agent: agent.name })
}

/** The words of a form, a reply or a command; or the file that came with them, which wins. */
export const takeText = async (
  context: CommandContext,
  form: EditForm,
  { text, attachment, omitted }: GivenBody,
): Promise<Answer> => {
  if (attachment) return takeFile(context, form)
  if (omitted) return askFor(form, { ...(await nameOf(context, form)), reason: 'agent-text-cut' })
  if (text.trim() === '')
    return askFor(form, { ...(await nameOf(context, form)), reason: 'agent-text-missing' })
  return saveText(context, form, { text: text.trim(), draft: context.row.id })
}

/** It is fetched outside of the transaction; the saving has one of its own. */
const takeFile = (context: CommandContext, form: EditForm): Answer => ({
  type: 'later',
  work: async () => {
    const text = (await context.attachment()) ?? ''
    const committed: (() => Promise<void>)[] = []
    const content = await context.deps.db.transaction((tx) =>
      saveText({ ...context, tx, afterCommit: (work) => committed.push(work) }, form, {
        text: text.trim(),
        draft: context.row.id,
        inFile: true,
      }),
    )
    for (const work of committed) await work()
    return content
  },
})

const nameOf = async ({ tx }: CommandContext, form: EditForm): Promise<{ agent?: string }> => {
  const agent = form.what === 'new' ? undefined : await findAgent(tx, form.id)
  return agent ? { agent: agent.name } : {}
}
