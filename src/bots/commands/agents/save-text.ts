import { isDeepStrictEqual } from 'node:util'
import type { AskContent, OutboxContent } from '../../../db/shapes/outgoing.ts'
import type { Agent } from '../../../domain/agents/agents.ts'
import { requireAgent } from '../../../domain/agents/agents.ts'
import { createAgent, editAgent } from '../../../domain/agents/change-agent.ts'
import { AgentChangedMeanwhile } from '../../../domain/agents/changed-meanwhile.ts'
import { parseAgentConfig } from '../../../domain/agents/config.ts'
import { requireVersion } from '../../../domain/agents/versions.ts'
import { keepAttachmentText } from '../../../domain/conversations/inbox.ts'
import { AppError } from '../../../errors.ts'
import { type AgentForm, agentFormAction } from '../../agent-form-ids.ts'
import { notice, view } from '../answers.ts'
import type { CommandContext } from '../context.ts'
import { namedProject } from '../named-project.ts'
import { changedBy } from './changed-by.ts'
import { readJson } from './read-json.ts'
import { redrawPressed } from './redraw-pressed.ts'

export type EditForm = Exclude<AgentForm, { what: 'test' }>

export interface GivenText {
  text: string
  /** The inbox row that keeps the words. */
  draft: string
  /** They came in a file, which the row keeps once they have to be asked for again. */
  inFile?: boolean
}

/**
 * Saves what somebody wrote, and shows what has changed. What cannot be saved is answered with everything that is
 * wrong, and asked for again, beginning with their words: nothing they wrote is lost.
 *
 * @throws AppError forbidden, not_found: there is nothing to go on with.
 */
export const saveText = async (
  context: CommandContext,
  form: EditForm,
  given: GivenText,
): Promise<OutboxContent> => {
  const { tx } = context
  try {
    // What was written before it failed is undone.
    return await tx.transaction((inner) => save({ ...context, tx: inner }, form, given.text))
  } catch (error) {
    if (error instanceof AgentChangedMeanwhile) {
      const { current, base } = error
      if (base && isWhatIsThere(current, form, given.text))
        return view('agent-diff', { id: current.id, from: base.version, to: current.version })
      // The card that they began with has been wrong since; whoever presses it again begins with what is there.
      await redrawPressed(context, current.id)
      const next = { ...form, id: current.id, version: current.version } as EditForm
      return askAgain(tx, next, given, error, {
        agent: current.name,
        id: current.id,
        from: base?.version ?? 0,
      })
    }
    const mayBeRepaired = error instanceof AppError && (error.code === 'invalid' || form.what === 'new')
    if (!mayBeRepaired || error.code === 'forbidden') throw error
    const agent = form.what === 'new' ? undefined : await requireAgent(tx, form.id)
    return askAgain(tx, form, given, error, agent && { agent: agent.name })
  }
}

const save = async (context: CommandContext, form: EditForm, text: string): Promise<OutboxContent> => {
  const { tx } = context
  if (form.what === 'new') return view('agent', { id: (await create(context, readJson(text))).id })
  const { id, version, what } = form
  const config =
    what === 'config'
      ? readJson(text)
      : { ...(await requireVersion(tx, id, version)).config, system_prompt: text }
  const saved = await editAgent(tx, { id, baseVersion: version, config }, changedBy(context))
  if (saved.version === version) return notice('agent-unchanged', { agent: saved.name })
  await redrawPressed(context, id)
  return view('agent-diff', { id, from: version, to: saved.version })
}

/** A config with a name beside it, and the project whose own it is to be. */
const create = async (
  context: CommandContext,
  { name, project, ...config }: Record<string, unknown>,
): Promise<Agent> => {
  const projectId =
    typeof project === 'string' && project !== '' ? (await namedProject(context.tx, project)).id : null
  return createAgent(
    context.tx,
    { name: typeof name === 'string' ? name : '', config, projectId },
    changedBy(context),
  )
}

/** Two wanted the same; or this very text was saved, and its answer was lost. */
const isWhatIsThere = ({ config }: Agent, form: EditForm, text: string): boolean =>
  form.what === 'prompt'
    ? config.system_prompt === text
    : isDeepStrictEqual(config, parseAgentConfig(readJson(text)))

const ASK_KEYS = { config: 'ask-agent-config', prompt: 'ask-agent-prompt', new: 'ask-agent-new' } as const

/** Asks for the text; the form begins with what is there, or with `draft`. */
export const askFor = (form: EditForm, args: AskContent['args'] = {}): AskContent => ({
  type: 'ask',
  key: ASK_KEYS[form.what],
  args,
  action: agentFormAction(form),
})

const askAgain = async (
  tx: CommandContext['tx'],
  form: EditForm,
  { text, draft, inFile }: GivenText,
  { userMessage: { key, args } }: AppError,
  more: AskContent['args'] = {},
): Promise<AskContent> => {
  if (inFile) await keepAttachmentText(tx, draft, text)
  return askFor({ ...form, draft }, { ...args, ...more, reason: key })
}
