import { resolveAgent } from '../../../domain/agents/address.ts'
import type { Agent } from '../../../domain/agents/agents.ts'
import { requirePermission } from '../../../domain/users/permissions.ts'
import { agentFormAction } from '../../agent-form-ids.ts'
import { oneLine, plain } from '../../cards/plain.ts'
import { createWords } from '../../words.ts'
import type { CommandContext, Later } from '../context.ts'
import type { AgentWord } from './word.ts'

/** One call of an agent's model, and what it took. Without words to say, they are asked for. */
export const test: AgentWord = {
  name: 'test',
  usage: '/agent test NAME "PROMPT"',
  example: '/agent test architect "Which tasks would you make of a guestbook?"',
  run: async (context, args) => {
    const [, name = '', rest = ''] = /^(\S+)\s*([\s\S]*)$/.exec(args) ?? []
    requirePermission(context.person, 'agents.ask')
    const agent = await resolveAgent(context.tx, name)
    const prompt = unquoted(rest.trim())
    if (prompt !== '') return testAgent(context, agent, prompt)
    return {
      type: 'ask',
      key: 'ask-agent-test',
      args: { agent: agent.name },
      action: agentFormAction({ what: 'test', id: agent.id }),
    }
  },
}

const unquoted = (text: string): string => /^["“„«]([\s\S]*)["”“»]$/.exec(text)?.[1]?.trim() ?? text

/** @throws AppError model_failed, as the answer. */
export const testAgent = ({ deps, person, now }: CommandContext, agent: Agent, prompt: string): Later => ({
  type: 'later',
  audit: { action: 'agent.test', subject: agent.name },
  work: async () => {
    const answer = await deps.operations.testAgent(agent.id, prompt, person)
    const { t, money, count } = createWords(deps.texts, person.lang, { now })
    const footer = t('agent-test-footer', {
      agent: plain(agent.name),
      model: plain(answer.model),
      input: count(answer.inputTokens),
      output: count(answer.outputTokens),
      cost: money(answer.cost),
      seconds: count(Math.round(answer.durationMs / 100) / 10),
    })
    const tools = plain(answer.calls.join(', '))
    const said = answer.markdown.trim() || t('agent-test-called', { tools })
    return { type: 'text', markdown: `${said}\n\n*${oneLine(footer)}*` }
  },
})
