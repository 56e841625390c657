import { DAY_MS, HOUR_MS } from '../../clock.ts'
import type { IncidentFacts, IncidentKind, Severity } from '../../db/shapes/incident.ts'
import type { Check, ProbeResult } from './check.ts'
import type { Standing } from './standing.ts'

/** What a look at something says of an incident: it is wrong, or it is right again. */
export type CheckFinding = { kind: IncidentKind; key: string; facts: IncidentFacts } & (
  | { wrong: true; severity: Severity }
  | { wrong: false }
)

/** Before a certificate ends, and before its end is urgent. */
const TLS_WARNING_MS = 14 * DAY_MS
const TLS_CRITICAL_MS = 3 * DAY_MS
/** Of a disk in percent. It counts as emptied only well below the mark, so that it does not flap around it. */
const DISK_FULL = { warning: 90, critical: 95, over: 85 } as const
/** What stays as wrong as it was is brought up this often: somebody may have called it resolved. */
const REMINDED_MS = HOUR_MS

/**
 * What of a result concerns people (M-8, M-10), the bigger first. Empty for a look that changed nothing.
 * @param before what was known when the look began.
 */
export const findingsOf = (before: Check, after: Standing, result: ProbeResult): CheckFinding[] => [
  ...aboutAnswer(before, after, result),
  ...aboutDisk(before, after),
  ...aboutCertificate(before, after),
]

const aboutAnswer = (before: Check, after: Standing, result: ProbeResult): CheckFinding[] => {
  const isServer = before.kind === 'ssh' && before.serverId !== null
  const kind = isServer ? 'server_down' : 'service_unhealthy'
  const key = `${kind}:${isServer ? before.serverId : (before.projectId ?? before.key)}`
  const facts: IncidentFacts = {
    target: targetText(before),
    failures: after.failures,
    lastOkAt: after.lastOkAt?.toISOString() ?? null,
  }
  if (!result.ok && after.state === 'failing')
    return [{ kind, key, wrong: true, severity: 'critical', facts: { ...facts, reason: result.reason } }]
  if (result.ok && after.state === 'ok' && before.state !== 'ok')
    // What was seen while it was wrong stays as it was.
    return [{ kind, key, wrong: false, facts: {} }]
  return []
}

const aboutDisk = (before: Check, after: Standing): CheckFinding[] => {
  const now = after.facts.diskUsedPercent
  const isFresh = after.lastOkAt === after.lastCheckedAt
  if (now === undefined || !isFresh || !before.serverId) return []
  const was = before.facts.diskUsedPercent
  const finding = {
    kind: 'disk_full' as const,
    key: `disk_full:${before.serverId}`,
    facts: { target: targetText(before), diskUsedPercent: now },
  }
  const severity = diskSeverity(now)
  if (severity)
    return isNews(before, after, was !== undefined && diskSeverity(was) === severity)
      ? [{ ...finding, wrong: true, severity }]
      : []
  const isOver = now <= DISK_FULL.over && (was === undefined || was > DISK_FULL.over)
  return isOver ? [{ ...finding, wrong: false }] : []
}

const diskSeverity = (percent: number): Severity | undefined =>
  percent >= DISK_FULL.critical ? 'critical' : percent >= DISK_FULL.warning ? 'warning' : undefined

const aboutCertificate = (before: Check, after: Standing): CheckFinding[] => {
  const { tlsExpiresAt } = after.facts
  if (tlsExpiresAt === undefined || !after.lastCheckedAt) return []
  const finding = {
    kind: 'tls_expiring' as const,
    key: `tls_expiring:${before.projectId ?? before.key}`,
    facts: { target: targetText(before), tlsExpiresAt },
  }
  const severity = tlsSeverity(tlsExpiresAt, after.lastCheckedAt)
  const was =
    before.facts.tlsExpiresAt !== undefined && before.lastCheckedAt
      ? { severity: tlsSeverity(before.facts.tlsExpiresAt, before.lastCheckedAt) }
      : undefined
  if (severity)
    return isNews(before, after, was?.severity === severity) ? [{ ...finding, wrong: true, severity }] : []
  return was && !was.severity ? [] : [{ ...finding, wrong: false }]
}

const tlsSeverity = (expiresAt: string, now: Date): Severity | undefined => {
  const leftMs = new Date(expiresAt).getTime() - now.getTime()
  return leftMs < TLS_CRITICAL_MS ? 'critical' : leftMs < TLS_WARNING_MS ? 'warning' : undefined
}

/** What became different is news; what did not is news again after a while. */
const isNews = (before: Check, after: Standing, isSame: boolean): boolean => {
  const turn = (at: Date | null) => Math.floor((at?.getTime() ?? 0) / REMINDED_MS)
  return !isSame || turn(before.lastCheckedAt) !== turn(after.lastCheckedAt)
}

/** `GET http://…`, `ssh 10.0.0.4:22`: what was looked at, for people. */
export const targetText = ({ kind, target: { url, host, port } }: Pick<Check, 'kind' | 'target'>): string =>
  kind === 'http' ? `GET ${url}` : `${kind} ${host}:${port}`
