import type { NoticeContent, OutboxContent } from '../../../db/shapes/outgoing.ts'
import { resolveAgent } from '../../../domain/agents/address.ts'
import type { Agent } from '../../../domain/agents/agents.ts'
import type { Assignment } from '../../../domain/agents/assignments.ts'
import {
  cloneAgent,
  disableAgent,
  enableAgent,
  makeDefault,
  rollbackAgent,
  setAgent,
} from '../../../domain/agents/change-agent.ts'
import { requirePermission } from '../../../domain/users/permissions.ts'
import { AppError } from '../../../errors.ts'
import { toPresser } from '../../to-presser.ts'
import { notice, view } from '../answers.ts'
import { usageError, wholeNumber, words } from '../arguments.ts'
import type { CommandContext } from '../context.ts'
import { namedProject } from '../named-project.ts'
import { changedBy } from './changed-by.ts'
import { redrawPressed } from './redraw-pressed.ts'
import { VERSION_MAX } from './show.ts'
import { splitWords } from './split-words.ts'
import type { AgentWord } from './word.ts'

/** `model=gpt-4.1 temperature=0.2 prompt="be brief"`. */
const set: AgentWord = {
  name: 'set',
  usage: '/agent set NAME FIELD=VALUE …',
  example: '/agent set architect model=openrouter/openai/gpt-4.1 temperature=0.2',
  run: async (context, args) => {
    requirePermission(context.person, 'agents.manage')
    if (context.row.body.omitted) throw cutOff()
    const [name, ...rest] = splitWords(args) ?? []
    const assignments = rest.map(({ text }) => assignmentIn(text))
    if (!name || assignments.length === 0) throw usageError(set)
    const agent = await resolveAgent(context.tx, name.text)
    return changed(agent, await setAgent(context.tx, { id: agent.id, assignments }, changedBy(context)))
  },
}

/** Half a prompt would be worse than none. */
const cutOff = (): AppError =>
  new AppError('invalid', 'the end of the message is missing', {
    userMessage: { key: 'agent-set-cut', args: {} },
  })

const assignmentIn = (text: string): Assignment => {
  const [, path, value = ''] = /^([\w.]+)=([\s\S]*)$/.exec(text) ?? []
  if (path === undefined) throw usageError(set)
  // What the buttons and `/agent prompt` call it.
  return { path: path === 'prompt' ? 'system_prompt' : path, value }
}

const rollback: AgentWord = {
  name: 'rollback',
  usage: '/agent rollback NAME VERSION',
  example: '/agent rollback architect 3',
  run: async (context, args) => {
    requirePermission(context.person, 'agents.manage')
    const [name = '', number = ''] = words(rollback, args, { min: 2, max: 2 })
    const version = wholeNumber(rollback, number.replace(/^v/i, ''), { byDefault: 1, max: VERSION_MAX })
    const agent = await resolveAgent(context.tx, name)
    const now = await rollbackAgent(context.tx, { id: agent.id, version }, changedBy(context))
    return changed(agent, now)
  },
}

/** What is different now; or that nothing is. */
const changed = (before: Agent, after: Agent): OutboxContent =>
  after.version === before.version
    ? notice('agent-unchanged', { agent: after.name })
    : view('agent-diff', { id: after.id, from: before.version, to: after.version })

const clone: AgentWord = {
  name: 'clone',
  usage: '/agent clone NAME NEWNAME [PROJECT]',
  example: '/agent clone architect Planner url-shortener',
  run: async (context, args) => {
    const { tx, person } = context
    requirePermission(person, 'agents.manage')
    const [name = '', newName = '', project] = words(clone, args, { min: 2, max: 3 })
    const source = await resolveAgent(tx, name)
    const into = project === undefined ? {} : { projectId: (await namedProject(tx, project)).id }
    const agent = await cloneAgent(tx, { id: source.id, name: newName, ...into }, changedBy(context))
    return view('agent', { id: agent.id })
  },
}

/** A change of how an agent is used: told in a line, and shown by the card whose button was pressed. */
const switchWord = (
  name: string,
  key: string,
  change: (context: CommandContext, agent: Agent) => Promise<Agent>,
): AgentWord => {
  const word: AgentWord = {
    name,
    usage: `/agent ${name} NAME`,
    example: `/agent ${name} architect`,
    run: async (context, args) => {
      requirePermission(context.person, 'agents.manage')
      const [reference = ''] = words(word, args, { min: 1, max: 1 })
      const agent = await resolveAgent(context.tx, reference)
      const { version } = await change(context, agent)
      await redrawPressed(context, agent.id)
      const said = version === agent.version ? 'agent-unchanged' : key
      return toldTo(context, notice(said, { agent: agent.name }))
    },
  }
  return word
}

/** Who pressed sees the card change: the words are for them alone. */
const toldTo = (context: CommandContext, said: NoticeContent): NoticeContent =>
  context.row.body.kind === 'action' ? toPresser(context, said.key, said.args) : said

export const changeWords = [
  set,
  clone,
  rollback,
  switchWord('enable', 'agent-enabled', (context, { id }) => enableAgent(context.tx, id, changedBy(context))),
  switchWord('disable', 'agent-disabled', (context, { id }) =>
    disableAgent(context.tx, id, changedBy(context)),
  ),
  switchWord('default', 'agent-made-default', (context, { id }) =>
    makeDefault(context.tx, id, changedBy(context)),
  ),
]
