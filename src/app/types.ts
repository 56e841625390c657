import type { ChatAdapter, Platform } from '../bots/chat.ts'
import type { Clock } from '../clock.ts'
import type { Config } from '../config.ts'
import type { Database } from '../db/client.ts'
import type { PortRange } from '../domain/deployments/ports.ts'
import type { Models } from '../graph/models/model.ts'
import type { Log } from '../log.ts'

export interface AppOptions {
  config: Config
  log: Log
  databaseUrl: string
  /** True when no other process can be working on this database: what a killed one held is freed at once. */
  alone: boolean
  /** The chat platforms of this process; made from the parts that exist by then. */
  adapters: (parts: { db: Database }) => ChatAdapter[] | Promise<ChatAdapter[]>
  clock?: Clock
  /** How long texts wait for the rest of a burst. */
  burstWindowMs?: number
  /** Stand in for those the configuration names. */
  models?: Models
  /** Where services listen; the ports 8001 to 8999 unless told. */
  servicePorts?: PortRange
}

export interface App {
  db: Database
  adapters: ReadonlyMap<Platform, ChatAdapter>
  /** The port health and webhooks are on. */
  port: number
  modelLabel: string
  /** Begins to take in and to work. */
  start(): Promise<void>
  /** Puts what is in hand aside, to be continued, and closes everything. Services go on. */
  stop(): Promise<void>
}
