import type { Clock } from '../../clock.ts'
import type { Database, Transaction } from '../../db/client.ts'
import type { OutboxContent } from '../../db/shapes/outgoing.ts'
import type { ServiceStatus } from '../../deploy/deployer.ts'
import type { AgentSeed } from '../../domain/agents/seed.ts'
import type { Conversation } from '../../domain/conversations/conversations.ts'
import type { InboxRow } from '../../domain/conversations/inbox.ts'
import type { Identity, Person } from '../../domain/users/person.ts'
import type { Wake } from '../../domain/wake.ts'
import type { Log } from '../../log.ts'
import type { AttachmentLimits, ReadAttachment } from '../read-attachment.ts'
import type { Texts } from '../texts.ts'

/** What commands ask of the parts that run things; app.ts hands them in. */
export interface Operations {
  /** The last lines of a service's log. */
  logs(name: string, lines: number): Promise<string>
  restart(name: string): Promise<ServiceStatus>
  status(name: string): Promise<ServiceStatus>
  /** Stops the runs of a conversation, and the answer to what was said before `stopSeq` (a place in the inbox). */
  stopConversation(
    conversationId: string,
    stop: { stopSeq: number; person: Person },
  ): Promise<{ stopped: { kind: 'turn' | 'run'; title: string }[] }>
  /**
   * Says something to an agent, with no tools and no history: one call of its model.
   * @throws AppError not_found; model_failed; budget_exceeded.
   */
  testAgent(agentId: string, prompt: string, person: Person): Promise<AgentTest>
}

/** How an agent answered, and what that took. */
export interface AgentTest {
  /** The model's own words; empty when it only called tools. */
  markdown: string
  /** The names of tools it called, though it was offered none: none of them ran. */
  calls: string[]
  model: string
  inputTokens: number
  outputTokens: number
  /** US dollars. */
  cost: number
  durationMs: number
}

export interface CommandDeps {
  db: Database
  wake: Wake
  clock: Clock
  log: Log
  texts: Texts
  operations: Operations
  /** The agents that a project gets which somebody adopts; none unless told. */
  starterPack?: readonly AgentSeed[]
  /** Ends the waiting of who pressed a button and is told nothing aside; returns at once. */
  settle?: (row: InboxRow) => void
  /** Fetches the file that came with a row; without, no row has one. */
  readAttachment?: ReadAttachment
}

/** Where and by whom something was said, and the transaction in which it is answered. */
export interface CommandContext {
  deps: CommandDeps
  tx: Transaction
  row: InboxRow
  conversation: Conversation
  person: Person
  now: Date
  /** Done once the transaction has committed; for wake-ups. */
  afterCommit(work: () => Promise<void>): void
  /**
   * The text of the file that came with it, or undefined when none did. It is fetched from the platform: only for
   * the work of a `Later`, never inside the transaction.
   * @throws AppError invalid when it is no text or larger than `maxBytes` (1 MiB unless told);
   *   platform_unavailable.
   */
  attachment(limits?: AttachmentLimits): Promise<string | undefined>
}

/** A stranger's command: there is an account, but nobody behind it yet. */
export type DoorContext = Omit<CommandContext, 'person'> & { person?: Person; identity: Identity }

/** The answer, or work outside the database that ends in one. */
export type Answer = OutboxContent | Later

/** Done without a transaction, then answered; done again when the process dies in between. */
export interface Later {
  type: 'later'
  /** Written down together with the answer. */
  audit?: { action: string; subject: string }
  work(): Promise<OutboxContent>
}
