import type { Incident } from '../../domain/incidents/incident.ts'
import type { Button } from '../chat.ts'
import { type IncidentVerb, incidentAction } from '../incident-action-ids.ts'
import type { Words } from '../words.ts'
import { commandButton } from './command-button.ts'

const SILENCES = [60, 240]
/** What the recovery can do something about. */
const FIXABLE: ReadonlySet<Incident['kind']> = new Set([
  'repo_missing',
  'service_unhealthy',
  'deploy_failed',
  'run_failed',
  'agent_stuck',
  'server_down',
])

/** What can be done about it now; who may is decided when it is pressed. */
export const incidentButtons = (
  words: Words,
  incident: Incident,
  { timeline, fixing }: { timeline: boolean; fixing: boolean },
): Button[][] => {
  const { t } = words
  const { id, version, state, parentId } = incident
  const button = (
    verb: IncidentVerb,
    more: { arg?: string; style?: Button['style']; label?: string } = {},
  ): Button => ({
    label: more.label ?? t(`button-incident-${verb}`),
    action: incidentAction({ verb, id, version, ...(more.arg !== undefined && { arg: more.arg }) }),
    ...(more.style && { style: more.style }),
  })
  const silence = SILENCES.map((minutes) =>
    button('silence', { arg: String(minutes), label: t('button-incident-silence', { hours: minutes / 60 }) }),
  )
  const fix = FIXABLE.has(incident.kind) && !fixing ? [button('fix')] : []
  const more = timeline ? commandButton(t('button-timeline'), `/incident ${incident.number}`) : []
  if (parentId && state !== 'resolved') return more.length > 0 ? [more] : []
  switch (state) {
    case 'open':
      return [
        [button('ack', { style: 'primary' }), ...fix, button('resolve')],
        silence,
        [button('people'), ...more],
      ]
    case 'acknowledged':
      return [
        [...fix, button('resolve', { style: 'primary' })],
        [button('unack'), button('people')],
        [...silence.slice(-1), ...more],
      ]
    case 'silenced':
      return [
        [button('ack', { style: 'primary' }), button('resolve')],
        [button('unsilence'), ...more],
      ]
    case 'resolved':
      return [[button('reopen'), ...more]]
    default:
      return state satisfies never
  }
}
