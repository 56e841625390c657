import { longUuid, shortUuid } from '../short-uuid.ts'

/** What can be pressed on the card of an incident. `people` shows to whom it can be given. */
export const INCIDENT_VERBS = [
  'ack',
  'unack',
  'fix',
  'silence',
  'unsilence',
  'resolve',
  'reopen',
  'people',
  'assign',
] as const
export type IncidentVerb = (typeof INCIDENT_VERBS)[number]

/** `version` is the one the person saw: a click on what is not so any more changes nothing (M-11). */
export interface IncidentClick {
  verb: IncidentVerb
  id: string
  version: number
  /** Minutes for `silence`, the beginning of a user's id for `assign`. */
  arg?: string
}

/** `incident:silence:<incident>:4:60`, at most 60 bytes. */
export const incidentAction = ({ verb, id, version, arg }: IncidentClick): string =>
  ['incident', verb, shortUuid(id), String(version), ...(arg === undefined ? [] : [arg])].join(':')

const ARGUMENT: Partial<Record<IncidentVerb, RegExp>> = { silence: /^[1-9]\d{0,5}$/, assign: /^[0-9a-f]{8}$/ }

/** Reads what stands behind `incident:`. Undefined for what no button of ours carries. */
export const parseIncidentClick = ([word, short, number, ...rest]: string[]): IncidentClick | undefined => {
  const verb = INCIDENT_VERBS.find((one) => one === word)
  const id = longUuid(short ?? '')
  if (!verb || !id || !/^[1-9]\d{0,8}$/.test(number ?? '')) return undefined
  const click = { verb, id, version: Number(number) }
  const wanted = ARGUMENT[verb]
  if (!wanted) return rest.length === 0 ? click : undefined
  const [arg = ''] = rest
  return rest.length === 1 && wanted.test(arg) ? { ...click, arg } : undefined
}
