import type { BaseMessage } from '@langchain/core/messages'
import { readUntrusted } from '../../../untrusted.ts'
import type { Language } from '../spec.ts'
import { type OfflineAnswer, says } from './answer.ts'
import { WORDS } from './words.ts'

/** One or two sentences about what a tool has done, or why it could not. */
export const afterTool = (done: readonly BaseMessage[], language: Language): OfflineAnswer => {
  const result = done.findLast((message) => message.getType() === 'tool')
  const text = result?.text ?? ''
  if (text.startsWith('error: ')) return says(refusal(text.slice('error: '.length), language))
  switch (result?.name) {
    // The card that follows, or stands above, says all there is.
    case 'create_project_intent':
    case 'revise_plan':
    case 'get_project_status':
    case 'get_incident':
      return says('')
    case 'list_active_incidents':
      return says(incidentList(text, language))
    case 'start_recovery':
      return says(recoverySaid(text, language))
    case 'set_project_maintenance':
      return says(maintenanceSaid(text, language))
    case 'list_projects':
      return says(projectList(text, language))
    default:
      return says(WORDS.done[language])
  }
}

/** What a tool says is for models; a person gets what they can act on, in their language. */
const refusal = (reason: string, language: Language): string =>
  REFUSALS.find(([known]) => known.test(reason))?.[1][language] ?? WORDS.refused(reason)[language]

const REFUSALS = [
  [/ may not /, WORDS.notAllowed],
  [/^another run is working|^a run is working/, WORDS.underWay],
  [/^there is no incident/, WORDS.noIncident],
  [/^a project cannot go from/, WORDS.notThatWay],
] as const

/** `shop ("My shop"): active; address http://…; last run succeeded`. */
const LINE = /^(\S+) \("(.*)"\): \S+; (?:address (\S+)|not deployed); (a run is|last run|no runs)/

const listed = (line: string, language: Language): string => {
  const [, name, title, url, run] = LINE.exec(line) ?? []
  if (name === undefined) return line
  const state = run === 'a run is' ? WORDS.inWork[language] : (url ?? WORDS.notDeployed[language])
  return `**${name}** · ${title} · ${state}`
}

const projectList = (text: string, language: Language): string => {
  const [list] = readUntrusted('projects', text)
  if (list === undefined) return WORDS.noProjects[language]
  const lines = list.split('\n').map((line) => `- ${listed(line, language)}`)
  return `${WORDS.projects[language]}\n\n${lines.join('\n')}`
}

const incidentList = (text: string, language: Language): string => {
  const [list] = readUntrusted('incidents', text)
  if (list === undefined) return WORDS.allWell[language]
  // Code, so that nothing somebody wrote into a subject is taken for markup.
  const lines = list.split('\n').map((line) => `- \`${line.replaceAll('`', "'")}\``)
  return `${WORDS.wrongNow[language]}\n\n${lines.join('\n')}`
}

/** That it began was said with the call. */
const recoverySaid = (text: string, language: Language): string => {
  if (text.includes('is resolved already')) return WORDS.resolvedAlready[language]
  if (text.includes('is under way already')) return WORDS.underRepair[language]
  return text.includes('part of a bigger one') ? WORDS.partOfBigger[language] : ''
}

const maintenanceSaid = (text: string, language: Language): string => {
  const [, name = '', state] = /^(\S+) is (in maintenance|active)\.$/.exec(text) ?? []
  return WORDS[state === 'active' ? 'outOfMaintenance' : 'intoMaintenance'](name)[language]
}
