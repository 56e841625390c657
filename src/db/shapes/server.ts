/** M-3: the life of a server. The moves are in domain/servers/lifecycle.ts. */
export const SERVER_STATUSES = [
  'discovered',
  'provisioning',
  'ready',
  'error',
  'unreachable',
  'maintenance',
  'retired',
] as const
export type ServerStatus = (typeof SERVER_STATUSES)[number]

/** Where a server is known from. */
export type ServerSource = 'inventory' | 'hetzner'

export type CheckKind = 'http' | 'tcp' | 'ssh' | 'tls'

/** What is looked at. `host` and `port` of everything; of HTTP the whole address and what the answer must be. */
export interface CheckTarget {
  url?: string
  host?: string
  port?: number
  /** HTTP: the version that `/healthz` must answer with, when it matters. */
  version?: string
  /** SSH: as whom. */
  user?: string
}

/** What a check learned besides up or down. */
export interface CheckFacts {
  /** The fingerprint of the SSH server the first time it was asked. */
  hostKey?: string
  tlsExpiresAt?: string
  diskUsedPercent?: number
  memoryUsedPercent?: number
  loadPerCpu?: number
}
