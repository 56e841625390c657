import { type Agent, findAgent } from '../../domain/agents/agents.ts'
import { type Addressed, addressIn, addressInQuestion } from '../../domain/asking/address.ts'
import { addressee, isInUse } from '../../domain/asking/addressee.ts'
import { answeredQuestion } from '../../domain/asking/answered-message.ts'
import { askAgent } from '../../domain/asking/ask-agent.ts'
import { projectMeant } from '../../domain/asking/project-meant.ts'
import { say } from '../../domain/conversations/outbox.ts'
import { type Project, projectById } from '../../domain/projects/projects.ts'
import type { Task } from '../../domain/tasks/tasks.ts'
import { hearLanguage } from '../../domain/users/hear-language.ts'
import { AppError } from '../../errors.ts'
import { nearest } from '../../nearest.ts'
import { clip } from '../cards/plain.ts'
import { view } from './answers.ts'
import { usageError } from './arguments.ts'
import type { Command } from './command.ts'
import type { CommandContext } from './context.ts'
import { namedProject } from './named-project.ts'

const NAME_SHOWN = 40
const NAMES_SHOWN = 20

/**
 * Puts a question to an agent: the one that is named, or whose answer is replied to; else whoever the orchestrator
 * chooses. Texts that begin with `@Name` come here as well, see bots/addressed.ts.
 */
export const ask: Command = {
  name: 'ask',
  family: 'agents',
  permission: 'agents.ask',
  usage: '/ask [NAME:] QUESTION',
  example: '/ask Architect: why is it one file?',
  run: async (context, args) => {
    const { tx, deps, row, person, conversation, afterCommit } = context
    if (args.trim() === '') throw usageError(ask)
    const { question, project, agent, followUpOf } = await understood(context, args)
    if (question === '') throw usageError(ask)
    const { lang } = await hearLanguage(tx, person, question)
    const task = await askAgent(tx, {
      inboxId: row.id,
      question,
      person,
      lang,
      conversationId: conversation.id,
      project,
      agent,
      followUpOf,
    })
    await tellOfCut(context)
    afterCommit(() => deps.wake.dispatch(task.id))
    return view('task', { id: task.id })
  },
}

interface Understood {
  question: string
  project: Project | undefined
  agent?: Agent
  followUpOf?: string
}

const understood = async (context: CommandContext, args: string): Promise<Understood> => {
  const { tx, row, conversation } = context
  const { replyTo } = row.body
  const answered = replyTo
    ? await answeredQuestion(tx, { conversationId: conversation.id, replyTo })
    : undefined
  const explicit = addressIn(args)
  const address = explicit ?? addressInQuestion(args)
  // In the middle of a talk with one agent "note: …" names nobody.
  const named = address && (await byName(context, address, { orNobody: answered !== undefined && !explicit }))
  if (named) return named
  if (answered) return followUp(context, answered, args)
  const question = args.trim()
  return {
    question,
    project: await projectMeant(tx, {
      conversationId: conversation.id,
      ...(replyTo && { replyTo }),
      question,
    }),
  }
}

const byName = async (
  context: CommandContext,
  { project: projectName, agent: name, question }: Addressed,
  { orNobody }: { orNobody: boolean },
): Promise<Understood | undefined> => {
  const { tx, row, person, conversation } = context
  const { replyTo } = row.body
  const project = projectName
    ? await namedProject(tx, projectName)
    : await projectMeant(tx, { conversationId: conversation.id, ...(replyTo && { replyTo }), question })
  const found = await addressee(tx, name, { projectId: project?.id, userId: person.id })
  switch (found.state) {
    case 'found':
      return { question, project: await projectOf(tx, found.agent, project), agent: found.agent }
    case 'off':
      throw agentOff(found.agent.name)
    case 'unknown':
      if (orNobody) return undefined
      throw unknownAgent(name, found.names)
    default:
      return found satisfies never
  }
}

/** What a person asks on about: the same agent, whatever the words. One that was deleted leaves it to be chosen anew. */
const followUp = async (
  { tx, person }: CommandContext,
  answered: Task,
  args: string,
): Promise<Understood> => {
  const project = answered.projectId ? await projectById(tx, answered.projectId) : undefined
  const agent = answered.agentId ? await findAgent(tx, answered.agentId) : undefined
  const question = { question: args.trim(), project, followUpOf: answered.id }
  // Somebody's own agent answers nobody else.
  if (!agent || (agent.userId !== null && agent.userId !== person.id)) return question
  if (!isInUse(agent)) throw agentOff(agent.name)
  return { ...question, agent }
}

/** An agent that was named by its id may be of another project than the talk is about. */
const projectOf = async (
  tx: CommandContext['tx'],
  agent: Agent,
  meant: Project | undefined,
): Promise<Project | undefined> =>
  agent.projectId && agent.projectId !== meant?.id ? projectById(tx, agent.projectId) : meant

const tellOfCut = async ({ tx, row, person }: CommandContext): Promise<void> => {
  const { omitted } = row.body
  if (!omitted) return
  await say(tx, {
    conversationId: row.conversationId,
    key: `inbox:${row.id}:cut`,
    content: { type: 'notice', key: 'text-cut', args: { omitted } },
    readerId: person.id,
  })
}

const agentOff = (name: string): AppError =>
  new AppError('conflict', `the agent ${name} is out of use`, {
    userMessage: { key: 'ask-agent-off', args: { name } },
  })

const unknownAgent = (name: string, names: string[]): AppError => {
  const near = nearest(name, names)
  const shown = names.slice(0, NAMES_SHOWN).join(', ')
  const said = clip(name, NAME_SHOWN)
  return new AppError('not_found', `there is no agent ${said}`, {
    userMessage: near
      ? { key: 'ask-agent-unknown-near', args: { name: said, nearest: near, names: shown } }
      : { key: 'ask-agent-unknown', args: { name: said, names: shown } },
  })
}
