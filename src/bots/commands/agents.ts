import { resolveAgent } from '../../domain/agents/address.ts'
import { AppError } from '../../errors.ts'
import { nearest } from '../../nearest.ts'
import { agentWords } from './agents/index.ts'
import { notice, view } from './answers.ts'
import { usageError, wholeNumber, words } from './arguments.ts'
import type { Command } from './command.ts'
import { namedProject } from './named-project.ts'

const PAGE_MAX = 9999

const agents: Command = {
  name: 'agents',
  family: 'agents',
  permission: 'agents.read',
  usage: '/agents [PROJECT] [PAGE]',
  example: '/agents url-shortener',
  run: async ({ tx }, args) => {
    const parts = words(agents, args, { min: 0, max: 2 })
    // A project's name begins with a letter.
    const name = /^\d/.test(parts[0] ?? '') ? undefined : parts.shift()
    if (parts.length > 1) throw usageError(agents)
    const page = wholeNumber(agents, parts[0], { byDefault: 1, max: PAGE_MAX })
    const project = name === undefined ? undefined : (await namedProject(tx, name)).name
    return view('agents', { page, ...(project !== undefined && { project }) })
  },
}

/** `/agent NAME` shows one; the first word may also be what is to be done with it. */
const agent: Command = {
  name: 'agent',
  family: 'agents',
  permission: 'agents.read',
  usage: '/agent [WORD] NAME',
  example: '/agent set architect temperature=0.2',
  run: async (context, args) => {
    const [, first = '', rest = ''] = /^(\S*)\s*([\s\S]*)$/.exec(args.trim()) ?? []
    if (first === '') return notice('agent-words')
    const word = agentWords.find(({ name }) => name === first.toLowerCase())
    if (word && (rest !== '' || word.standsAlone)) return word.run(context, rest)
    if (rest !== '') throw unknownWord(first)
    try {
      return view('agent', { id: (await resolveAgent(context.tx, first)).id })
    } catch (error) {
      // An agent may be called "test"; where there is none, the word was meant.
      throw word ? usageError(word) : error
    }
  },
}

const unknownWord = (word: string): AppError => {
  const near = nearest(
    word,
    agentWords.map(({ name }) => name),
  )
  return new AppError('invalid', 'no word of /agent', {
    userMessage: near
      ? { key: 'agent-word-unknown-near', args: { name: word.slice(0, 40), nearest: near } }
      : { key: 'agent-word-unknown', args: { name: word.slice(0, 40) } },
  })
}

export const agentCommands = [agents, agent]
