import type { Mention } from '../mentions.ts'
import type { Language } from '../spec.ts'
import { normalise } from '../words.ts'
import { calls, type OfflineAnswer, says } from './answer.ts'
import { WORDS } from './words.ts'

/** An incident as the briefing tells it. */
export interface BriefedIncident {
  number: number
  subject: string
  project?: string
}

const NUMBERED = /(?:incident|инцидент\p{L}*|#)\s*(?:#|№|no\.? ?)?\s*(\d{1,9})(?![\p{L}\d])/u
const ABOUT_INCIDENTS = /(?<![\p{L}])(?:incidents?|alerts?|outages?|инцидент\p{L}*|авари\p{L}*|тревог\p{L}*)/u
const WANTS_REPAIR =
  /(?<![\p{L}])(?:fix|repair|recover|heal|почин\p{L}*|исправ\p{L}*|восстанов\p{L}*)(?![\p{L}])/u

/**
 * What is said about incidents, by rules: "fix it" while something is wrong starts the recovery; undefined for
 * everything that is to be understood in another way.
 *
 * @param mention which project a wish to repair is about, when it is one.
 */
export const aboutIncidents = (
  message: string,
  incidents: readonly BriefedIncident[],
  mention: Mention | undefined,
  language: Language,
): OfflineAnswer | undefined => {
  const text = normalise(message)
  const number = Number(NUMBERED.exec(text)?.[1] ?? 0)
  if (number > 0)
    return WANTS_REPAIR.test(text) ? repair(number, language) : calls('get_incident', { incident: number })
  if (mention === undefined && !WANTS_REPAIR.test(text))
    return ABOUT_INCIDENTS.test(text) ? calls('list_active_incidents', {}) : undefined
  const meant = incidents.filter(({ project }) => isMeant(project, mention))
  const [only, ...others] = meant
  if (only === undefined) return undefined
  if (others.length === 0) return repair(only.number, language)
  const list = meant.map(({ number, subject }) => `#${number} ${subject}`)
  return says(WORDS.whichIncident(list.join(', '))[language])
}

/** A name that nobody has is told as such; without any name everything that is wrong may be meant. */
const isMeant = (project: string | undefined, mention: Mention | undefined): boolean => {
  if (mention?.unknown !== undefined) return false
  if (mention?.project !== undefined) return project === mention.project
  if (mention && mention.candidates.length > 0)
    return project === undefined || mention.candidates.includes(project)
  return true
}

const repair = (number: number, language: Language): OfflineAnswer =>
  calls('start_recovery', { incident: number }, WORDS.recovering(number)[language])
