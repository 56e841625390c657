/** M-10: what can be wrong. */
export const INCIDENT_KINDS = [
  'repo_missing',
  'repo_unreachable',
  'server_down',
  'provider_outage',
  'service_unhealthy',
  'tls_expiring',
  'disk_full',
  'deploy_failed',
  'run_failed',
  'agent_stuck',
  'worker_lost',
  'sync_failing',
  'delivery_failing',
  'nobody_on_call',
  'manual',
] as const
export type IncidentKind = (typeof INCIDENT_KINDS)[number]

/** From the least to the worst. It rises by itself and never falls by itself. */
export const SEVERITIES = ['info', 'warning', 'critical'] as const
export type Severity = (typeof SEVERITIES)[number]

/** `open` wants somebody; `acknowledged`: somebody has it; `silenced` until a time; `resolved` is the end of it. */
export type IncidentState = 'open' | 'acknowledged' | 'silenced' | 'resolved'

/**
 * How it ended: by itself, by a person, by the recovery, because its parent tells of it, or because what it is about
 * was taken out of operation and nobody looks at it any more.
 */
export type Resolution = 'healed' | 'person' | 'recovery' | 'swallowed' | 'unwatched'

/** What happened to an incident, in the order of its timeline. */
export type IncidentEventKind =
  | 'opened'
  | 'again'
  | 'reopened'
  | 'worse'
  | 'acknowledged'
  | 'unacknowledged'
  | 'silenced'
  | 'unsilenced'
  | 'assigned'
  | 'resolved'
  | 'note'
  | 'adopted'
  | 'paged'
  | 'page_failed'
  | 'escalated'
  | 'escalation_ended'
  | 'nobody_to_page'
  | 'reminded'
  | 'recovery_started'
  | 'recovery_step'
  | 'recovery_ended'

/** Who is asked next when nobody answers; in order. */
export type EscalationStep =
  | { kind: 'on_call' }
  | { kind: 'person'; userId: string }
  | { kind: 'chat'; conversationId: string }
  | { kind: 'wait'; minutes: number }
  | { kind: 'repeat'; times: number }

/** Facts of an incident, for people and programs: `url`, `reason`, `lastOkAt`, `failures`, `repository`, … */
export type IncidentFacts = Record<string, string | number | boolean | null>

/** Every attempt to reach somebody ends in one of these. */
export type PageOutcome = 'queued' | 'delivered' | 'failed' | 'no_channel' | 'skipped'
