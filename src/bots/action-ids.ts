import { APPROVAL_VERBS, type ApprovalVerb } from '../db/shapes/approval.ts'
import { longUuid, shortUuid } from '../short-uuid.ts'
import { type AgentForm, parseAgentForm } from './agent-form-ids.ts'
import { type IncidentClick, parseIncidentClick } from './incident-action-ids.ts'

/** What a button carries. The id is only a key: who may press is decided when it is pressed. */
export type ButtonAction =
  | { kind: 'approval'; verb: ApprovalVerb; id: string }
  | { kind: 'command'; name: string; args: string }
  | { kind: 'page'; view: PagedView; page: number; of: string }
  | { kind: 'agent'; form: AgentForm }
  | { kind: 'incident'; click: IncidentClick }

export const PAGED_VIEWS = [
  'projects',
  'audit',
  'agents',
  'agent-history',
  'decisions',
  'workers',
  'servers',
  'discovered',
  'incidents',
] as const
export type PagedView = (typeof PAGED_VIEWS)[number]

/** Telegram's callback data is 64 bytes; adapters may add a few of their own. */
const ACTION_MAX_BYTES = 60
const PAGE_MAX = 9999

export const approvalAction = (verb: ApprovalVerb, id: string): string => `approval:${verb}:${shortUuid(id)}`

/** @returns undefined when the line is too long for a button: then there is none, and the command is typed. */
export const commandAction = (line: string): string | undefined => {
  const action = `cmd:${line}`
  return Buffer.byteLength(action) <= ACTION_MAX_BYTES ? action : undefined
}

/** @param of what the list is of, where there are several such lists: a project's name, or a short id. */
export const pageAction = (view: PagedView, page: number, of = ''): string =>
  `page:${view}:${page}${of && `:${of}`}`

/** @returns undefined for what no button of ours carries: platforms let people send anything. */
export const parseAction = (action: string): ButtonAction | undefined => {
  const [kind, ...rest] = action.split(':')
  switch (kind) {
    case 'approval': {
      const verb = APPROVAL_VERBS.find((one) => one === rest[0])
      const id = longUuid(rest[1] ?? '')
      return verb && id && rest.length === 2 ? { kind, verb, id } : undefined
    }
    case 'cmd': {
      const [, name, args] = /^\/([a-z_]+)(?: (.*))?$/.exec(rest.join(':')) ?? []
      return name ? { kind: 'command', name, args: args ?? '' } : undefined
    }
    case 'page': {
      const view = PAGED_VIEWS.find((one) => one === rest[0])
      const page = Number(rest[1])
      const isPage = Number.isInteger(page) && page >= 1 && page <= PAGE_MAX
      const of = rest[2] ?? ''
      const isWhole = rest.length === 2 || (rest.length === 3 && of !== '')
      return view && isPage && isWhole ? { kind, view, page, of } : undefined
    }
    case 'agent': {
      const form = parseAgentForm(rest)
      return form && { kind, form }
    }
    case 'incident': {
      const click = parseIncidentClick(rest)
      return click && { kind, click }
    }
    default:
      return undefined
  }
}
