import type { ServerSource } from '../../db/shapes/server.ts'

/** One place that servers are known from. The implementations are in deploy/inventory. */
export interface Inventory {
  readonly source: ServerSource
  /**
   * Everything there is, or an error: never a part of it.
   * @throws AppError platform_unavailable, rate_limited, misconfigured or invalid.
   */
  list(signal: AbortSignal): Promise<ListedServer[]>
}

export interface ListedServer {
  /** What the source calls it for ever. */
  externalId: string
  name: string
  /** A host name or an IP address; empty while it has none. */
  address: string
  sshPort?: number
  sshUser?: string
  /** What else the source tells, for people: `{ location: 'fsn1' }`. */
  facts?: Record<string, string | number>
}
