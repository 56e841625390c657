import type { Card } from '../chat.ts'
import type { Words } from '../words.ts'
import { callsOf, type IncidentCardData, whoHasIt } from './incident.ts'
import { incidentTitle, incidentTone, whatIsWrong } from './incident-words.ts'
import { plain } from './plain.ts'

/** A line that mentions who is called. Shown late it calls nobody for what somebody has by then, or what is over. */
export const incidentCallCard = (words: Words, data: IncidentCardData, platform: string): Card => {
  const { t } = words
  const { incident } = data
  const tone = incidentTone(incident)
  const calls = callsOf(words, data, platform)
  if (calls.length === 0)
    return { title: incidentTitle(words, incident), tone, body: whoHasIt(words, data).join('\n\n') }
  const number = String(incident.number)
  return {
    title: t('incident-call-title', { number }),
    tone,
    calls,
    body: t('incident-call-how', { number, what: plain(whatIsWrong(words, incident)) }),
  }
}
