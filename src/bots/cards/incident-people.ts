import type { Incident } from '../../domain/incidents/incident.ts'
import { shortId } from '../../domain/users/find-user.ts'
import type { Card } from '../chat.ts'
import { incidentAction } from '../incident-action-ids.ts'
import type { Words } from '../words.ts'
import { incidentTitle } from './incident-words.ts'
import { oneLine, plain } from './plain.ts'
import { rowsOf } from './projects.ts'

export interface IncidentPeopleData {
  incident: Incident
  /** Who could take it, the likeliest first. */
  people: { id: string; name: string; onCall: boolean }[]
  /** Who has it now. */
  assignee: string | undefined
}

const SHOWN_MAX = 10

/** To whom an incident can be given. Once it moved there is nothing to choose any more. */
export const incidentPeopleCard = (
  words: Words,
  { incident, people, assignee }: IncidentPeopleData,
): Card => {
  const { t } = words
  const { id, version, number, state } = incident
  const shown = people.slice(0, SHOWN_MAX)
  const buttons = shown.map((person) => ({
    label: t(person.onCall ? 'people-on-call' : 'people-one', { name: oneLine(person.name) }),
    action: incidentAction({ verb: 'assign', id, version, arg: shortId(person.id) }),
  }))
  return {
    title: t('people-title', { incident: incidentTitle(words, incident) }),
    tone: 'neutral',
    body: [
      assignee && t('incident-assigned', { who: plain(assignee) }),
      state !== 'resolved' && people.length > shown.length && t('people-more', { number: String(number) }),
    ]
      .filter(Boolean)
      .join('\n\n'),
    buttons: state === 'resolved' ? [] : rowsOf(buttons),
  }
}
