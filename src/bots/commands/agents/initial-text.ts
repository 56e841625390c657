import { isDeepStrictEqual } from 'node:util'
import type { Executor } from '../../../db/client.ts'
import type { AgentConfig } from '../../../db/shapes/agent.ts'
import { findAgent } from '../../../domain/agents/agents.ts'
import { findVersion } from '../../../domain/agents/versions.ts'
import { findInbox } from '../../../domain/conversations/inbox.ts'
import { parseAction } from '../../action-ids.ts'
import type { AgentForm } from '../../agent-form-ids.ts'
import { asForm } from '../../forms.ts'
import { newAgentText } from './new-agent-text.ts'
import { readJson } from './read-json.ts'
import { agentText, textOf } from './text-of.ts'

/**
 * What a form about an agent begins with: what somebody wrote in an earlier try, or what is there now. Undefined when
 * the agent is gone, and for a form that begins empty.
 */
export const initialText = async (db: Executor, form: AgentForm): Promise<string | undefined> => {
  if (form.what === 'test') return undefined
  const draft = form.draft ? await readDraft(db, form.draft) : undefined
  if (form.what === 'new') return draft?.text || newAgentText(draft?.names)
  const agent = await findAgent(db, form.id)
  if (!agent) return undefined
  if (!draft?.text) return agentText(db, agent, form)
  const begunWith = draft.form && 'version' in draft.form ? draft.form.version : form.version
  if (form.what === 'prompt' || begunWith === form.version) return draft.text
  const [base, current] = await Promise.all([
    findVersion(db, agent.id, begunWith),
    findVersion(db, agent.id, form.version),
  ])
  return base && current ? onTopOf(current.config, base.config, draft.text) : draft.text
}

interface Draft {
  text: string
  /** What it was an answer to; none for a command. */
  form?: AgentForm
  /** Of `/agent new NAME PROJECT`. */
  names?: { name?: string; project?: string }
}

/** Only words that were meant for an agent: a button may name any row. */
const readDraft = async (db: Executor, inboxId: string): Promise<Draft | undefined> => {
  const row = await findInbox(db, inboxId)
  if (!row) return undefined
  const inFile = row.body.attachment?.text
  if (row.body.kind === 'command' && row.body.name === 'agent')
    return inFile ? { text: inFile } : commandDraft(row.body.args)
  const given = await asForm(db, row)
  const action = given && parseAction(given.action)
  return given && action?.kind === 'agent' ? { text: inFile ?? given.text, form: action.form } : undefined
}

const commandDraft = (args: string): Draft => {
  const [, prompt] = /^edit\s+\S+\s+prompt\s+([\s\S]+)$/i.exec(args.trim()) ?? []
  if (prompt) return { text: prompt }
  const json = args.indexOf('{')
  if (json >= 0) return { text: args.slice(json) }
  const [, name, project] = args.trim().split(/\s+/)
  return { text: '', names: { name, project } }
}

/**
 * Somebody's changes of `base` on top of what another made of it meanwhile: where only one of them changed a field,
 * theirs stands; where both did, the words of who writes now.
 */
const onTopOf = (current: AgentConfig, base: AgentConfig, text: string): string => {
  try {
    const mine = readJson(text)
    return textOf(merged(current, base, mine) as AgentConfig, 'config')
  } catch {
    return text
  }
}

const merged = (current: unknown, base: unknown, mine: unknown): unknown => {
  if (!isObject(mine) || !isObject(base) || !isObject(current))
    return isDeepStrictEqual(mine, base) ? current : mine
  const keys = [...new Set([...Object.keys(mine), ...Object.keys(current)])]
  return Object.fromEntries(
    keys.flatMap((key) => {
      const value = merged(current[key], base[key], mine[key])
      return value === undefined ? [] : [[key, value]]
    }),
  )
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
