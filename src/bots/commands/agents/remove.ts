import { resolveAgent } from '../../../domain/agents/address.ts'
import { askToDeleteAgent } from '../../../domain/agents/ask-to-delete.ts'
import { requirePermission } from '../../../domain/users/permissions.ts'
import { view } from '../answers.ts'
import { words } from '../arguments.ts'
import type { AgentWord } from './word.ts'

/** Asks by a card; saying it again shows the same question again. */
export const remove: AgentWord = {
  name: 'delete',
  usage: '/agent delete NAME',
  example: '/agent delete Planner',
  run: async ({ tx, person, conversation, now }, args) => {
    requirePermission(person, 'agents.manage')
    const [name = ''] = words(remove, args, { min: 1, max: 1 })
    const agent = await resolveAgent(tx, name)
    const approval = await askToDeleteAgent(tx, agent, { person, conversationId: conversation.id, now })
    return view('approval', { id: approval.id })
  },
}
