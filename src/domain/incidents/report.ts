import { sql } from 'drizzle-orm'
import type { Transaction } from '../../db/client.ts'
import { incidents } from '../../db/schema/incidents.ts'
import type { IncidentFacts, IncidentKind, Severity } from '../../db/shapes/incident.ts'
import { announce } from '../alerting/announce.ts'
import { changeRow, moveRow } from './change-row.ts'
import { addEvent } from './events.ts'
import { findIncident } from './find.ts'
import { type Incident, isWorse } from './incident.ts'
import { isOpenWith, lockIncident, lockName, lockOpen, lockResolvedSince } from './locks.ts'
import { lockFamilies, lockParent } from './parents.ts'
import { place } from './place.ts'
import { raiseAbove, worsen } from './raise.ts'
import { later } from './timers.ts'
import { flapGraceMs, REOPEN_WINDOW_MS } from './times.ts'

/** Something was found to be wrong. */
export interface Finding {
  kind: IncidentKind
  /** What is wrong with what: `service_unhealthy:<project id>`; `provider_outage:<source>` for a provider. */
  key: string
  severity: Severity
  /** What it is about, in words a person knows. */
  subject: string
  /** `source` names the provider of things that have no server. */
  facts: IncidentFacts
  projectId?: string | null | undefined
  serverId?: string | null | undefined
  runId?: string | null | undefined
  now: Date
}

export interface Reported {
  incident: Incident
  change: 'opened' | 'again' | 'worse' | 'reopened' | 'swallowed'
  /** Conversations to wake once the transaction has committed. */
  wake: string[]
}

/**
 * Writes down that something is wrong (M-10). There is one open incident of a key, whoever reports and however often:
 * it counts, and its severity only rises. What was resolved within `REOPEN_WINDOW_MS`, or was to be
 * quiet until later, opens again as itself. What a
 * bigger incident explains is kept below it and not told of.
 *
 * Who reports several things in one transaction reports the bigger first.
 */
export const report = async (tx: Transaction, finding: Finding): Promise<Reported> => {
  const known = await lockKnown(tx, finding.key)
  if (known) return recur(tx, known, finding)
  await lockFamilies(tx, thingOf(finding))
  await lockName(tx, `key:${finding.key}`)
  const meanwhile = await lockKnown(tx, finding.key)
  if (meanwhile) return recur(tx, meanwhile, finding)
  const since = later(finding.now, -REOPEN_WINDOW_MS)
  const earlier = await lockResolvedSince(tx, finding.key, { since, now: finding.now })
  const parent = await lockParent(tx, thingOf(finding))
  const incident = await (earlier ? comeBack(tx, earlier, finding, parent) : begin(tx, finding, parent))
  const change = earlier ? 'reopened' : 'opened'
  const graceMs = earlier ? flapGraceMs(incident.reopenings) : 0
  const placed = await place(tx, incident, { parent, change, graceMs, now: finding.now })
  return { ...placed, change: parent ? 'swallowed' : change }
}

/** What explains it is locked before it, from the top. */
const lockKnown = async (tx: Transaction, key: string): Promise<Incident | undefined> => {
  const [seen] = await tx.select({ parentId: incidents.parentId }).from(incidents).where(isOpenWith(key))
  if (!seen) return undefined
  if (seen.parentId) await lockFromTop(tx, seen.parentId)
  return lockOpen(tx, key)
}

const lockFromTop = async (tx: Transaction, id: string): Promise<void> => {
  const above = (await findIncident(tx, id))?.parentId
  if (above) await lockFromTop(tx, above)
  await lockIncident(tx, id)
}

const recur = async (tx: Transaction, known: Incident, finding: Finding): Promise<Reported> => {
  const { now } = finding
  const counted = await changeRow(tx, known.id, {
    occurrences: sql`${incidents.occurrences} + 1`,
    lastSeenAt: now,
    subject: finding.subject,
    facts: { ...known.facts, ...finding.facts },
  })
  if (isWorse(finding.severity, counted.severity)) {
    const { incident, wake } = await worsen(tx, counted, { severity: finding.severity, now })
    return { incident, change: 'worse', wake: [...wake, ...(await raiseAbove(tx, incident, now))] }
  }
  // A machine reports the same thing every few seconds: people are shown ever rarer counts of it.
  if (!isPowerOfTwo(counted.occurrences)) return { incident: counted, change: 'again', wake: [] }
  await addEvent(tx, counted.id, { kind: 'again', detail: { occurrences: counted.occurrences }, now })
  const wake = await announce(tx, { incident: counted, change: 'again', now })
  return { incident: counted, change: 'again', wake }
}

const begin = async (
  tx: Transaction,
  { now, ...finding }: Finding,
  parent: Incident | undefined,
): Promise<Incident> => {
  const [incident] = await tx
    .insert(incidents)
    .values({ ...finding, parentId: parent?.id ?? null, openedAt: now, lastSeenAt: now })
    .returning()
  if (!incident) throw new Error('an insert returns its row')
  await addEvent(tx, incident.id, {
    kind: 'opened',
    detail: { ...finding.facts, severity: finding.severity },
    now,
  })
  return incident
}

/**
 * The same incident again: it keeps its number, its cards and its history, and a silence that is not over; otherwise
 * people begin anew.
 */
const comeBack = async (
  tx: Transaction,
  earlier: Incident,
  finding: Finding,
  parent: Incident | undefined,
): Promise<Incident> => {
  const { now } = finding
  const isWorseNow = isWorse(finding.severity, earlier.severity)
  const isStillQuiet = earlier.silencedUntil !== null && earlier.silencedUntil > now && !isWorseNow
  const { silencedUntil, silencedBy } = earlier
  const incident = await moveRow(tx, earlier.id, {
    ...BEGUN_ANEW,
    ...(isStillQuiet && { state: 'silenced', silencedUntil, silencedBy }),
    parentId: parent?.id ?? null,
    severity: isWorseNow ? finding.severity : earlier.severity,
    subject: finding.subject,
    facts: { ...earlier.facts, ...finding.facts },
    occurrences: earlier.occurrences + 1,
    reopenings: earlier.reopenings + 1,
    lastSeenAt: now,
  })
  await addEvent(tx, incident.id, {
    kind: 'reopened',
    detail: { ...finding.facts, reopenings: incident.reopenings },
    now,
  })
  return incident
}

/** What a re-opened incident forgets. A chain that was edited meanwhile counts for the new beginning. */
export const BEGUN_ANEW = {
  state: 'open',
  resolvedAt: null,
  resolvedBy: null,
  resolution: null,
  note: null,
  acknowledgedBy: null,
  acknowledgedAt: null,
  silencedUntil: null,
  silencedBy: null,
  escalation: null,
} as const satisfies Partial<Incident>

const thingOf = ({ kind, key, facts, serverId = null }: Finding) => ({ kind, key, facts, serverId })

const isPowerOfTwo = (count: number): boolean => (count & (count - 1)) === 0
