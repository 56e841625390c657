import type { AskContent } from '../../../db/shapes/outgoing.ts'
import { findAgent } from '../../../domain/agents/agents.ts'
import type { AgentForm } from '../../agent-form-ids.ts'
import { agentConflictCard } from '../../cards/agent-conflict.ts'
import { agentFile, SHOWN_IN_CHAT_CHARS } from '../../cards/agent-text.ts'
import { noticeMarkdown } from '../../cards/notice.ts'
import { oneLine } from '../../cards/plain.ts'
import type { Outgoing } from '../../chat.ts'
import { initialText } from '../../commands/agents/initial-text.ts'
import type { Drawing } from '../index.ts'
import { agentDiffData } from './diff-data.ts'

/**
 * A question for a text about an agent, with the text to begin with; above it, why an earlier try was not saved.
 */
export const presentAgentAsk = async (
  drawing: Drawing,
  content: AskContent,
  form: AgentForm,
): Promise<Outgoing> => {
  const { deps, words } = drawing
  const initial = await initialText(deps.db, form)
  return {
    ...(await whyAgain(drawing, content, form)),
    ...(initial && initial.length > SHOWN_IN_CHAT_CHARS && { file: await fileOf(drawing, form, initial) }),
    ask: {
      action: content.action,
      prompt: noticeMarkdown(words, content),
      placeholder: words.t(`${content.key}-placeholder`),
      ...(initial && { initial }),
    },
  }
}

const whyAgain = async (
  { deps, words }: Drawing,
  { args }: AskContent,
  form: AgentForm,
): Promise<Pick<Outgoing, 'markdown' | 'card'>> => {
  if (args.reason === undefined) return {}
  const reason = noticeMarkdown(words, { key: String(args.reason), args })
  if (args.reason !== 'agent-changed-meanwhile' || !('version' in form)) return { markdown: reason }
  const agent = await findAgent(deps.db, form.id)
  const diff = agent && (await agentDiffData(deps.db, agent, { from: Number(args.from), to: form.version }))
  return diff ? { card: agentConflictCard(words, { ...diff, reason, form }) } : { markdown: reason }
}

const fileOf = async ({ deps, words }: Drawing, form: AgentForm, text: string) => {
  const agent = 'id' in form ? await findAgent(deps.db, form.id) : undefined
  const what = form.what === 'prompt' ? 'prompt' : 'config'
  const version = 'version' in form ? form.version : 1
  const name = agent?.name ?? 'new-agent'
  const key = what === 'prompt' ? 'agent-prompt-title' : 'agent-config-title'
  const caption = words.t(key, { agent: oneLine(name), version: String(version) })
  return agentFile({ name, what, version, text, caption })
}
