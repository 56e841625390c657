import { resolveAgent } from '../../../domain/agents/address.ts'
import type { Agent } from '../../../domain/agents/agents.ts'
import { requireVersion } from '../../../domain/agents/versions.ts'
import { view } from '../answers.ts'
import { wholeNumber, words } from '../arguments.ts'
import type { CommandContext } from '../context.ts'
import type { AgentWord } from './word.ts'

const PAGE_MAX = 9999
export const VERSION_MAX = 999_999

/** The whole text of an agent, as it is or as it was. */
const textWord = (what: 'prompt' | 'config'): AgentWord => {
  const word: AgentWord = {
    name: what,
    usage: `/agent ${what} NAME [VERSION]`,
    example: `/agent ${what} architect`,
    run: async ({ tx }, args) => {
      const [name = '', number] = words(word, args, { min: 1, max: 2 })
      const agent = await resolveAgent(tx, name)
      const version = await versionOf(tx, word, agent, number, agent.version)
      return view(what === 'prompt' ? 'agent-prompt' : 'agent-config', {
        id: agent.id,
        ...(version !== agent.version && { version }),
      })
    },
  }
  return word
}

const history: AgentWord = {
  name: 'history',
  usage: '/agent history NAME [PAGE]',
  example: '/agent history architect',
  run: async ({ tx }, args) => {
    const [name = '', number] = words(history, args, { min: 1, max: 2 })
    const page = wholeNumber(history, number, { byDefault: 1, max: PAGE_MAX })
    return view('agent-history', { id: (await resolveAgent(tx, name)).id, page })
  },
}

/** Of two versions; of one and the current; without any, of the last two. */
const diff: AgentWord = {
  name: 'diff',
  usage: '/agent diff NAME [VERSION] [VERSION]',
  example: '/agent diff architect 3 5',
  run: async ({ tx }, args) => {
    const [name = '', first, second] = words(diff, args, { min: 1, max: 3 })
    const agent = await resolveAgent(tx, name)
    if (first === undefined && agent.version === 1) return view('agent-history', { id: agent.id, page: 1 })
    const from = await versionOf(tx, diff, agent, first, agent.version - 1)
    const to = await versionOf(tx, diff, agent, second, agent.version)
    return view('agent-diff', { id: agent.id, from, to })
  },
}

const versionOf = async (
  tx: CommandContext['tx'],
  word: AgentWord,
  agent: Agent,
  number: string | undefined,
  byDefault: number,
): Promise<number> => {
  const version = wholeNumber(word, number?.replace(/^v/i, ''), { byDefault, max: VERSION_MAX })
  await requireVersion(tx, agent.id, version)
  return version
}

export const showWords = [textWord('prompt'), textWord('config'), history, diff]
