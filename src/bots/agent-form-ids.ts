import { longUuid, shortUuid } from '../short-uuid.ts'

/**
 * A text that somebody gives about an agent. `version` is the one they began with; `draft` the inbox row of an
 * earlier try, whose words the form begins with.
 */
export type AgentForm =
  | { what: 'config' | 'prompt'; id: string; version: number; draft?: string }
  | { what: 'new'; draft?: string }
  | { what: 'test'; id: string }

/** At most 60 bytes with two ids in it: one letter for what it is. */
const LETTERS = { config: 'c', prompt: 'p', new: 'n', test: 't' } as const satisfies Record<
  AgentForm['what'],
  string
>

/** `agent:c:<agent>:4`, what the button of a form about an agent carries. */
export const agentFormAction = (form: AgentForm): string => ['agent', ...partsOf(form)].join(':')

const partsOf = (form: AgentForm): string[] => {
  const letter = LETTERS[form.what]
  switch (form.what) {
    case 'config':
    case 'prompt':
      return [letter, shortUuid(form.id), String(form.version), ...draftOf(form)]
    case 'new':
      return [letter, ...draftOf(form)]
    case 'test':
      return [letter, shortUuid(form.id)]
    default:
      return form satisfies never
  }
}

const draftOf = ({ draft }: { draft?: string }): string[] => (draft ? [shortUuid(draft)] : [])

/** Reads what stands behind `agent:`. Undefined for what no button of ours carries. */
export const parseAgentForm = ([letter, ...rest]: string[]): AgentForm | undefined => {
  switch (letter) {
    case LETTERS.config:
    case LETTERS.prompt: {
      const [agent = '', number = '', ...more] = rest
      const id = longUuid(agent)
      const draft = parseDraft(more)
      if (!id || !/^[1-9]\d{0,8}$/.test(number) || !draft) return undefined
      return { what: letter === LETTERS.config ? 'config' : 'prompt', id, version: Number(number), ...draft }
    }
    case LETTERS.new: {
      const draft = parseDraft(rest)
      return draft && { what: 'new', ...draft }
    }
    case LETTERS.test: {
      const id = longUuid(rest[0] ?? '')
      return id && rest.length === 1 ? { what: 'test', id } : undefined
    }
    default:
      return undefined
  }
}

const parseDraft = (rest: string[]): { draft?: string } | undefined => {
  if (rest.length === 0) return {}
  const draft = longUuid(rest[0] ?? '')
  return draft && rest.length === 1 ? { draft } : undefined
}
