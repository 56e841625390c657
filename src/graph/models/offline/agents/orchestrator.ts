import { z } from 'zod'
import { AGENT_ROLES } from '../../../../db/shapes/agent.ts'
import { readUntrusted } from '../../../untrusted.ts'
import { calls, type OfflineAgent, says } from './answer.ts'
import { chooseByRules } from './choice-rules.ts'

/** As it is told who there is; see graph/work/choose-agent.ts. */
const choice = z.object({
  language: z.enum(['en', 'ru']),
  agents: z.array(
    z.object({ name: z.string(), role: z.enum(AGENT_ROLES), capabilities: z.array(z.string()) }),
  ),
})

/** Chooses by rules which agent answers a question. */
export const offlineOrchestrator: OfflineAgent = (messages) => {
  const asked = messages.findLast((message) => message.getType() === 'human')?.text ?? ''
  const [question = ''] = readUntrusted('question', asked)
  const [told] = readUntrusted('choice', asked)
  const { agents, language } = told ? choice.parse(JSON.parse(told)) : { agents: [], language: 'en' as const }
  const chosen = chooseByRules(question, agents, language)
  return chosen ? calls('choose_agent', chosen) : says('The offline demo has no rules for that.')
}
