import type { Database, Executor } from '../../../db/client.ts'
import { childrenOf, lastCalled } from '../../../domain/alerting/around-incident.ts'
import { findIncident } from '../../../domain/incidents/find.ts'
import type { Incident } from '../../../domain/incidents/incident.ts'
import { whatComesNext } from '../../../domain/incidents/timeline.ts'
import { recoveryUnderWay } from '../../../domain/recovery/under-way.ts'
import { userNames } from '../../../domain/users/reader.ts'
import { createGroupCommit, LOOKUPS_AT_ONCE } from '../../../group-commit.ts'
import type { IncidentCardData } from '../../cards/incident.ts'

/** What a card shows, without the moment it is drawn at. */
type Known = Omit<IncidentCardData, 'now'>

/**
 * Reads what the card of an incident shows; undefined when it is gone. The cards of one incident in many chats are
 * drawn at the same moment, and share one look.
 */
export const createIncidentCards = (db: Database): ((id: string) => Promise<Known | undefined>) => {
  const asked = createGroupCommit<string, Known | undefined>(
    async (ids) => {
      const looks = new Map<string, Promise<Known | undefined>>()
      return Promise.all(
        ids.map((id) => {
          const look = looks.get(id) ?? readCard(db, id)
          looks.set(id, look)
          return look
        }),
      )
    },
    { atOnce: LOOKUPS_AT_ONCE },
  )
  return (id) => asked.add(id)
}

const readCard = async (db: Executor, id: string): Promise<Known | undefined> => {
  const incident = await findIncident(db, id)
  return incident && around(db, incident)
}

const around = async (db: Executor, incident: Incident): Promise<Known> => {
  const { id, parentId, acknowledgedBy, assigneeId, silencedBy, resolvedBy, state } = incident
  const isOver = state === 'resolved'
  const [names, parent, explains, called, next, underWay] = await Promise.all([
    userNames(db, [acknowledgedBy, assigneeId, silencedBy, resolvedBy]),
    parentId && !isOver ? findIncident(db, parentId) : undefined,
    isOver ? 0 : childrenOf(db, id),
    state === 'open' ? lastCalled(db, incident) : [],
    isOver ? [] : whatComesNext(db, incident),
    isOver ? undefined : recoveryUnderWay(db, id),
  ])
  return {
    incident,
    names,
    parent: parent?.number,
    explains,
    called,
    next: next.find(({ what }) => what.kind !== 'escalation_ends'),
    fixing: underWay !== undefined,
  }
}
