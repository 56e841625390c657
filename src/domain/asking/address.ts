/** Whom a question names, and the question without the name. */
export interface Addressed {
  /** The short name of a project, where the name says whose agent. */
  project: string | undefined
  /** A name, or the short id that buttons carry (`~…`). */
  agent: string
  question: string
}

const PROJECT = String.raw`(?:([a-z0-9][a-z0-9-]*)\/)?`
/** As names of agents are checked, see domain/agents. */
const AGENT = String.raw`([\p{L}\p{N}_-]{1,40}|~[\w-]{22})`

const AT_NAME = new RegExp(String.raw`^\s*@${PROJECT}${AGENT}(?![\p{L}\p{N}_/@.-])[\s,:;–—]*(.*)$`, 'isu')
const NAME_AND_COLON = new RegExp(String.raw`^\s*${PROJECT}${AGENT}\s*:(?:\s+(.*))?$`, 'isu')

/** `@Architect why…`, `@shop/Architect, why…`; undefined for words to nobody in particular. */
export const addressIn = (text: string): Addressed | undefined => addressBy(AT_NAME, text)

/** The same, or `Architect: why…`, as /ask takes it. */
export const addressInQuestion = (text: string): Addressed | undefined =>
  addressIn(text) ?? addressBy(NAME_AND_COLON, text)

const addressBy = (pattern: RegExp, text: string): Addressed | undefined => {
  const [, project, agent, question = ''] = pattern.exec(text) ?? []
  return agent ? { project: project?.toLowerCase(), agent, question: question.trim() } : undefined
}
