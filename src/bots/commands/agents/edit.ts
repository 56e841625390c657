import { resolveAgent } from '../../../domain/agents/address.ts'
import { requirePermission } from '../../../domain/users/permissions.ts'
import { usageError } from '../arguments.ts'
import type { CommandContext } from '../context.ts'
import { takeText } from './form.ts'
import { askFor, type EditForm } from './save-text.ts'
import type { AgentWord } from './word.ts'

/** The whole config, or the prompt alone: in the same message, as a file with it, or asked for. */
const edit: AgentWord = {
  name: 'edit',
  usage: '/agent edit NAME [prompt]',
  example: '/agent edit architect',
  run: async (context, args) => {
    requirePermission(context.person, 'agents.manage')
    const [, name = '', rest = ''] = /^(\S+)\s*([\s\S]*)$/.exec(args) ?? []
    const [, word = '', promptText = ''] = /^(prompt\b)?\s*([\s\S]*)$/i.exec(rest) ?? []
    const agent = await resolveAgent(context.tx, name)
    const what = word ? 'prompt' : 'config'
    if (what === 'config' && rest !== '' && !looksLikeJson(rest)) throw usageError(edit)
    const form: EditForm = { what, id: agent.id, version: agent.version }
    return withText(context, form, { text: what === 'prompt' ? promptText : rest, agent: agent.name })
  },
}

/** The name and the project may be given; the rest is asked for, or stands there as JSON. */
const create: AgentWord = {
  name: 'new',
  usage: '/agent new [NAME] [PROJECT]',
  example: '/agent new Reviewer url-shortener',
  standsAlone: true,
  run: async (context, args) => {
    requirePermission(context.person, 'agents.manage')
    if (looksLikeJson(args)) return withText(context, { what: 'new' }, { text: args })
    if (args.split(/\s+/).length > 2) throw usageError(create)
    // The form reads them from this very command.
    const form: EditForm = args === '' ? { what: 'new' } : { what: 'new', draft: context.row.id }
    return withText(context, form, { text: '' })
  },
}

const withText = async (
  context: CommandContext,
  form: EditForm,
  { text, agent }: { text: string; agent?: string },
) => {
  const { attachment, omitted } = context.row.body
  if (text.trim() === '' && !attachment) return askFor(form, agent ? { agent } : {})
  return takeText(context, form, { text, attachment, omitted })
}

const looksLikeJson = (text: string): boolean => /^(```\w*\s*)?\{/.test(text.trim())

export const editWords = [create, edit]
