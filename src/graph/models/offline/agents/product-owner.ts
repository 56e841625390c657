import type { AIMessage, BaseMessage } from '@langchain/core/messages'
import { readUntrusted } from '../../../untrusted.ts'
import { type Aside, asideIn } from '../asides.ts'
import type { Context, KnownProject, Mention } from '../mentions.ts'
import { type Language, SERVICE_KINDS, type ServiceKind } from '../spec.ts'
import { type Understanding, understand, understandAnswer } from '../understand.ts'
import { afterTool } from './after-tool.ts'
import { calls, type OfflineAgent, type OfflineAnswer, says, sinceHuman } from './answer.ts'
import { aboutIncidents, type BriefedIncident } from './incidents.ts'
import { reply } from './reply.ts'
import { WORDS } from './words.ts'

/** A project as the briefing tells it. */
export interface BriefedProject extends KnownProject {
  title: string
  /** Made in this conversation. */
  here: boolean
  /** The person who speaks may have it changed, deployed and repaired. */
  mayChange?: boolean
  working: boolean
  waitsForApproval: boolean
}

/** Sorts what the person wants and calls the tool for it; then says in a sentence what was done. */
export const offlineProductOwner: OfflineAgent = (messages) => {
  const text = lastWords(messages)
  const { projects, incidents, lastProject, language, role } = briefing(messages)
  const done = sinceHuman(messages)
  if (done.some((message) => message.getType() === 'tool')) return afterTool(done, language)

  const context = { projects, lastProject }
  const request = questionedRequest(messages)
  const aside = request === undefined ? asideIn(text, context) : undefined
  const understood = { ...understandTurn(request, text, context), language }
  const answer =
    (AGAIN.test(text) && onceMore(messages, projects, language)) ||
    (aside && setAside(aside, projects, language)) ||
    (role === 'viewer' && WORK.has(understood.intent) && says(WORDS.notAllowed[language])) ||
    (request === undefined &&
      !BUILDS.has(understood.intent) &&
      aboutIncidents(text, incidents, mentionOf(understood), language)) ||
    reply(understood, text, projects)
  const first = !messages.some((message) => message.getType() === 'ai')
  return first ? withNote(answer, WORDS.demo[language]) : answer
}

/** Whatever it says of incidents is about what is to be built. */
const BUILDS = new Set<Understanding['intent']>(['new', 'update', 'deploy'])

/** Which project is to be repaired; undefined for any other wish. */
const mentionOf = (understood: Understanding): Mention | undefined =>
  understood.intent === 'fix' ? understood : undefined

/** What somebody who only watches is told at once; the tools refuse it in any case. */
const WORK = new Set<Understanding['intent']>(['new', 'update', 'deploy', 'fix', 'maintenance'])

const AGAIN =
  /^\s*(?:please\s+)?(?:try|do it|once|retry)?\s*(?:again|more|retry)[\s.!]*$|^\s*(?:попробуй|давай|сделай|повтори)?\s*(?:еще|ещё|снова|заново|опять|повтори)(?:\s+раз)?[\s.!]*$/iu

/** The last work that was asked for, asked for again; a project that is there by now is gone on with. */
const onceMore = (
  messages: readonly BaseMessage[],
  projects: BriefedProject[],
  language: Language,
): OfflineAnswer | undefined => {
  const asked = messages
    .flatMap((message) => (message.getType() === 'ai' ? ((message as AIMessage).tool_calls ?? []) : []))
    .findLast(({ name }) => name === 'create_project_intent')
  const known = projects.some(({ name }) => name === asked?.args.project)
  if (!asked || (!known && asked.args.intent !== 'new_project')) return undefined
  return calls(
    'create_project_intent',
    { ...asked.args, intent: known && asked.args.intent === 'new_project' ? 'fix' : asked.args.intent },
    WORDS.planFollows[language],
  )
}

/** Neither a decision nor a command is taken from mere words: the person is told where each is made. */
const setAside = (aside: Aside, projects: BriefedProject[], language: Language): OfflineAnswer => {
  if (aside.kind === 'command') return says(WORDS.command(aside.command)[language])
  const open = projects.some(({ waitsForApproval }) => waitsForApproval)
  return says(WORDS[open ? 'decide' : 'nothing_to_decide'][language])
}

const withNote = (answer: OfflineAnswer, note: string): OfflineAnswer =>
  answer.calls.some(({ name }) => name === 'ask_questions')
    ? {
        ...answer,
        calls: answer.calls.map((call) => ({
          ...call,
          args: { ...call.args, intro: `${note}\n\n${call.args.intro}` },
        })),
      }
    : { ...says(`${note}\n\n${answer.text}`.trim()), calls: answer.calls }

/** An answer to our questions completes the request before them, unless it is plainly about something else. */
const understandTurn = (request: string | undefined, text: string, context: Context): Understanding => {
  const understood = understand(text, context)
  const aside =
    understood.intent !== 'new' && understood.intent !== 'unclear' && understood.intent !== 'update'
  return request === undefined || aside ? understood : understandAnswer(request, text, context)
}

/** What the person had asked for, when our last turn asked about it. */
const questionedRequest = (messages: readonly BaseMessage[]): string | undefined => {
  const start = startOfTurn(messages)
  const before = messages.slice(0, start)
  const asked = sinceHuman(before).some(
    (message) => message.getType() === 'tool' && message.name === 'ask_questions',
  )
  return asked ? lastWords(before) : undefined
}

/** All the person wrote in one go: a burst is one turn. */
const lastWords = (messages: readonly BaseMessage[]): string =>
  messages
    .slice(startOfTurn(messages))
    .filter((message) => message.getType() === 'human')
    .map((message) => message.text)
    .join('\n')

const startOfTurn = (messages: readonly BaseMessage[]): number => {
  const last = messages.findLastIndex((message) => message.getType() === 'human')
  const before = messages.slice(0, last + 1).findLastIndex((message) => message.getType() !== 'human')
  return before + 1
}

interface Briefing {
  projects: BriefedProject[]
  /** What is wrong now. */
  incidents: BriefedIncident[]
  /** The one the person most likely means: of the message replied to, else the newest made here. */
  lastProject: string | undefined
  language: Language
  role: string
}

const briefing = (messages: readonly BaseMessage[]): Briefing => {
  const system = messages.find((message) => message.getType() === 'system')?.text ?? ''
  const [text] = readUntrusted('facts', system)
  if (text === undefined)
    return { projects: [], incidents: [], lastProject: undefined, language: 'en', role: '' }
  const facts = JSON.parse(text) as {
    person: { language: Language; role: string }
    projects: BriefedProject[]
    openIncidents?: BriefedIncident[]
    repliesToMessageAbout?: string
  }
  const projects = facts.projects.map((project) => ({ ...project, kind: knownKind(project.kind) }))
  return {
    projects,
    incidents: facts.openIncidents ?? [],
    lastProject: facts.repliesToMessageAbout ?? projects.find(({ here }) => here)?.name,
    language: facts.person.language,
    role: facts.person.role,
  }
}

const knownKind = (kind: string | undefined): ServiceKind | undefined =>
  SERVICE_KINDS.find((known) => known === kind)
