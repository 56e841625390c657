import type { checks } from '../../db/schema/servers.ts'
import type { CheckFacts } from '../../db/shapes/server.ts'

/** M-8: something that is looked at again and again. */
export type Check = typeof checks.$inferSelect

/** How one look at a target came out. */
export type ProbeResult = ProbeOk | ProbeFailed

interface ProbeOk {
  ok: true
  latencyMs: number
  facts: CheckFacts
  /** What was wrong although it answered: why there are no figures of a server. */
  note?: string
}

interface ProbeFailed {
  ok: false
  latencyMs: number
  /** A few words in English: `connection refused`, `answered 503`. */
  reason: string
  /** What was learned on the way: a certificate that ran out tells when. */
  facts: CheckFacts
}

export const serviceCheckKey = (projectId: string): string => `service:${projectId}`
export const serverCheckKey = (serverId: string): string => `server:${serverId}:ssh`

/** Due before everything else; whoever asked for it sees the result as soon as it is there. */
export const AT_ONCE = new Date(0)
