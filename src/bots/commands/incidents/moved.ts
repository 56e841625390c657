import type { NoticeContent } from '../../../db/shapes/outgoing.ts'
import { wakesPeople } from '../../../domain/incidents/incident.ts'
import type { Incident, MoveOutcome } from '../../../domain/incidents/index.ts'
import { userNames } from '../../../domain/users/reader.ts'
import type { CommandContext } from '../context.ts'

/** What the one who moved an incident, or wanted to, is told. */
export interface Told {
  key: string
  args: NoticeContent['args']
}

/** Moves after which people are called, when it is critical. */
const CALLS: ReadonlySet<string> = new Set(['unack', 'reopen'])

/** Wakes whoever is to see it, and tells what became of a move: that it was made, or what is so instead. */
export const moved = async (
  context: CommandContext,
  verb: string,
  { outcome, incident, wake }: MoveOutcome,
): Promise<Told> => {
  const { deps, afterCommit, tx } = context
  for (const id of wake) afterCommit(() => deps.wake.deliver(id))
  if (outcome === 'moved_on') return asItIs(context, incident)
  const { number, subject, silencedUntil, assigneeId } = incident
  const who = (await userNames(tx, [assigneeId])).get(assigneeId ?? '') ?? ''
  const until = silencedUntil?.toISOString()
  const calls = CALLS.has(verb) && wakesPeople(incident) && !incident.parentId ? 'yes' : 'no'
  return {
    key: `incident-did-${verb}`,
    args: {
      number,
      subject,
      ...(verb === 'assign' && { who }),
      ...(until !== undefined && { until }),
      calls,
    },
  }
}

/** `#42 is over already: it recovered by itself 4 s ago. Nothing changed.` */
const asItIs = async ({ tx, person, now }: CommandContext, incident: Incident): Promise<Told> => {
  const { number, state, resolution, resolvedBy, resolvedAt, acknowledgedBy, acknowledgedAt } = incident
  const { silencedBy, silencedUntil } = incident
  const names = await userNames(tx, [resolvedBy, acknowledgedBy, silencedBy])
  const who = (id: string | null) => names.get(id ?? '') ?? '?'
  switch (state) {
    case 'resolved': {
      const ago = now.getTime() - (resolvedAt ?? now).getTime()
      const byPerson = resolution === 'person' && resolvedBy
      return {
        key: byPerson ? 'incident-late-resolved' : `incident-late-${resolution ?? 'healed'}`,
        args: { number, ago, ...(byPerson && { who: who(resolvedBy) }) },
      }
    }
    case 'acknowledged': {
      const when = (acknowledgedAt ?? now).toISOString()
      return acknowledgedBy === person.id
        ? { key: 'incident-late-yours', args: { number, when } }
        : { key: 'incident-late-acknowledged', args: { number, when, who: who(acknowledgedBy) } }
    }
    case 'silenced':
      return {
        key: 'incident-late-silenced',
        args: { number, who: who(silencedBy), until: (silencedUntil ?? now).toISOString() },
      }
    case 'open':
      return { key: `incident-late-open-${incident.severity}`, args: { number } }
    default:
      return state satisfies never
  }
}
