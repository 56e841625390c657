import type { Clock } from '../clock.ts'
import type { Database } from '../db/client.ts'
import type { HeldLease } from '../db/lease.ts'
import type { Lang } from '../db/schema/users.ts'
import type { Deployer } from '../deploy/deployer.ts'
import type { AgentDirectory } from '../domain/agents/directory.ts'
import type { AgentSeed } from '../domain/agents/seed.ts'
import type { PortRange } from '../domain/deployments/ports.ts'
import type { TaskEnds } from '../domain/tasks/task-ends.ts'
import type { Person } from '../domain/users/person.ts'
import type { Wake } from '../domain/wake.ts'
import type { Forge } from '../forges/forge.ts'
import type { Log } from '../log.ts'
import type { Sandbox } from '../workers/sandbox.ts'
import type { Models } from './models/model.ts'
import type { PreparedAnswer } from './nodes/prepare-answer.ts'

/** What the product owner needs to work with. */
export interface PoDeps {
  db: Database
  clock: Clock
  log: Log
  models: Models
  agents: AgentDirectory
  /** The agents a new project gets. */
  starterPack: readonly AgentSeed[]
  wake: Wake
  /** Where services run. */
  deployer: Deployer
}

/** What a delivery run needs on top: where repositories live, where code runs. */
export interface DeliveryDeps extends PoDeps {
  taskEnds: TaskEnds
  forge: Forge
  sandbox: Sandbox
  /** Where services of this machine listen; 8001 to 8999 unless told. */
  servicePorts?: PortRange
  /** Work trees and releases live below it. */
  dataDir: string
}

/** One turn of a conversation: who speaks, and where the answer goes. Handed to the nodes, never checkpointed. */
export interface PoSession {
  turnId: string
  conversationId: string
  platform: string
  lang: Lang
  person: Person
  lease: HeldLease
  onText: (textSoFar: string) => void
  /** The project of the message that the person replied to. */
  about: string | undefined
  /** Puts what was said so far into the outbox, so that it stands before what a tool says. */
  flushText: () => Promise<void>
  /** For the first answer of the turn. */
  prepared?: PreparedAnswer
}

/** One run being driven. */
export interface DriveSession {
  lease: HeldLease
}

/** What a node of a run is handed. */
export interface RunSession extends DriveSession {
  /** The number of the graph's step that a node runs in: the same when it runs again after a crash. */
  step: number
}
