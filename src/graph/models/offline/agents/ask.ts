import type { BaseMessage } from '@langchain/core/messages'
import type { AgentRole } from '../../../../db/shapes/agent.ts'
import type { ProjectStatus } from '../../../../db/shapes/project.ts'
import type { ProjectFacts } from '../../../../domain/asking/project-facts.ts'
import { readUntrusted } from '../../../untrusted.ts'
import type { Language } from '../spec.ts'
import { normalise } from '../words.ts'
import { calls, type OfflineAgent, resultsOf, says, sinceHuman } from './answer.ts'
import { ASK_WORDS, PROJECT_STATES, RUN_STATES } from './ask-words.ts'

/** As the briefing of a question tells them; see graph/work/answer.ts. */
interface Facts {
  you: { role: AgentRole }
  person: { language: Language }
  project?: ProjectFacts
  projects: { name: string; title: string; status: ProjectStatus }[]
}

const FILES_SHOWN = 20
const LINES_SHOWN = 40
const REQUEST_CHARS = 80

/** Whether an agent is asked something, rather than given its usual work. */
export const isAsked = (messages: readonly BaseMessage[]): boolean => factsOf(messages)?.you !== undefined

/** Answers a question with what it sees of the project, and says that this is all it can do. */
export const offlineAnswerer: OfflineAgent = (messages) => {
  const facts = factsOf(messages)
  if (!facts) return says(ASK_WORDS.demo.en)
  const lang = facts.person.language
  const intro = ASK_WORDS[isFollowUp(messages) ? 'again' : 'demo'][lang]
  const { project } = facts
  if (!project) return says([intro, projectList(facts)].join('\n\n'))

  const done = sinceHuman(messages)
  const [listing] = resultsOf(done, 'list_files')
  if (project.repository && listing === undefined) return calls('list_files', {})
  const files = readUntrusted('files', listing ?? '')[0]?.split('\n') ?? []
  const named = fileNamedIn(questionOf(messages) ?? '', files)
  const [content] = resultsOf(done, 'read_file')
  if (named && content === undefined) return calls('read_file', { path: named })

  const sections =
    named && content
      ? [fileSection(named, content)]
      : (SECTIONS[facts.you.role]?.map((section) => section(project, files, lang)) ??
        GENERAL.map((section) => section(project, files, lang)))
  const head = ASK_WORDS.project(project.name, project.title, PROJECT_STATES[project.status][lang])[lang]
  return says([intro, head, ...sections].filter(Boolean).join('\n\n'))
}

const questionOf = (messages: readonly BaseMessage[]): string | undefined =>
  readUntrusted('question', messages.findLast((one) => one.getType() === 'human')?.text ?? '')[0]

const isFollowUp = (messages: readonly BaseMessage[]): boolean =>
  messages.filter((one) => one.getType() === 'human').length > 1

const factsOf = (messages: readonly BaseMessage[]): Facts | undefined => {
  const [text] = readUntrusted('facts', messages.find((one) => one.getType() === 'system')?.text ?? '')
  return text === undefined ? undefined : (JSON.parse(text) as Facts)
}

const projectList = ({ projects, person: { language } }: Facts): string =>
  projects.length === 0
    ? ASK_WORDS.noProjects[language]
    : [
        ASK_WORDS.noProject[language],
        projects
          .map(({ name, title, status }) => `- **${name}** · ${title} · ${PROJECT_STATES[status][language]}`)
          .join('\n'),
      ].join('\n\n')

/** `server.js (812 bytes)`, as the tool lists them. */
const pathOf = (line: string): string => line.replace(/ \(\d+ bytes\)$/, '')

const fileNamedIn = (question: string, files: readonly string[]): string | undefined => {
  const text = normalise(question)
  return files
    .map(pathOf)
    .sort((a, b) => b.length - a.length)
    .find(
      (path) =>
        text.includes(path.toLowerCase()) || text.includes(path.toLowerCase().split('/').at(-1) ?? path),
    )
}

const fileSection = (path: string, result: string): string => {
  const [content] = readUntrusted(path, result)
  if (content === undefined) return result
  const lines = content.split('\n')
  const shown = lines.slice(0, LINES_SHOWN).join('\n')
  return `\`${path}\`:\n\n\`\`\`\n${shown}${lines.length > LINES_SHOWN ? '\n…' : ''}\n\`\`\``
}

type Section = (project: ProjectFacts, files: readonly string[], lang: Language) => string

const about: Section = ({ description, address, plan: planned }, _files, lang) =>
  [
    planned?.summary,
    `${ASK_WORDS.asked[lang]}: ${description}`,
    address && `${ASK_WORDS.address[lang]}: ${address}`,
  ]
    .filter(Boolean)
    .join('\n\n')

const plan: Section = ({ plan: planned }, _files, lang) => {
  if (!planned) return ASK_WORDS.noPlan[lang]
  const tasks = planned.tasks.map(
    ({ title, files }) =>
      `- ${title}${files.length > 0 ? `: ${files.map((one) => `\`${one}\``).join(', ')}` : ''}`,
  )
  return [
    `${ASK_WORDS.plan[lang]}: ${planned.summary}`,
    tasks.join('\n'),
    planned.notes.length > 0 ? `${ASK_WORDS.notes[lang]}: ${planned.notes.join(' ')}` : '',
  ]
    .filter(Boolean)
    .join('\n\n')
}

const endpoints: Section = ({ plan: planned }, _files, lang) =>
  planned && planned.endpoints.length > 0
    ? `${ASK_WORDS.endpoints[lang]}: ${planned.endpoints.map((one) => `\`${one}\``).join(', ')}`
    : ''

const fileList: Section = (_project, files, lang) => {
  const paths = files.map(pathOf).filter((path) => path !== '' && path !== '(none)')
  if (paths.length === 0) return ASK_WORDS.noFiles[lang]
  const more = paths.length > FILES_SHOWN ? ', …' : ''
  return `${ASK_WORDS.files[lang]}: ${paths
    .slice(0, FILES_SHOWN)
    .map((path) => `\`${path}\``)
    .join(', ')}${more}`
}

const runLine = (
  { request, status, testsPassed, failure, reason }: ProjectFacts['runs'][number],
  lang: Language,
): string => {
  const tests = testsPassed === undefined ? undefined : ASK_WORDS.tests(testsPassed)[lang]
  return `- ${[`“${request.slice(0, REQUEST_CHARS)}”`, RUN_STATES[status][lang], tests, reason ?? failure].filter(Boolean).join(' · ')}`
}

const runs: Section = (project, _files, lang) =>
  project.runs.length === 0
    ? ''
    : `${ASK_WORDS.runs[lang]}:\n\n${project.runs.map((run) => runLine(run, lang)).join('\n')}`

const failures: Section = (project, _files, lang) => {
  const failed = project.runs.filter(({ status }) => status === 'failed')
  return failed.length === 0 ? ASK_WORDS.noFailures[lang] : failed.map((run) => runLine(run, lang)).join('\n')
}

const GENERAL: readonly Section[] = [about, endpoints, runs]
const SECTIONS: Partial<Record<AgentRole, readonly Section[]>> = {
  architect: [plan, endpoints, fileList],
  code: [fileList, plan],
  tester: [fileList, runs],
  debug: [failures, about, fileList],
}
