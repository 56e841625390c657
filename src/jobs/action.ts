import type { Database } from '../db/client.ts'
import type { InboxRow } from '../domain/conversations/inbox.ts'
import { ACTION_CLAIM_MS, renewActions, takeActions } from '../domain/conversations/take-actions.ts'
import type { Log } from '../log.ts'

export interface ActionDeps {
  db: Database
  log: Log
  instanceId: string
  /** Deals with one command, button or form, and marks its row. */
  handle(row: InboxRow): Promise<void>
}

export interface ActionWorker {
  wake(inboxId: string): void
  /** Deals with a row that was written taken by this process. */
  begin(row: InboxRow): void
  /** To be called a few times per claim, for commands that take long. */
  renew(): Promise<void>
  /** Resolves when nothing is in hand. */
  settled(): Promise<void>
}

/** Taken at once: one statement for a whole flood of commands, yet little lost with a process that dies. */
const BATCH = 64
/** Four chances before a claim runs out. */
export const RENEW_ACTIONS_MS = ACTION_CLAIM_MS / 4

/**
 * Deals with commands, buttons and forms as they come: never behind a turn, in order within a conversation, and
 * claimed many at a time.
 */
export const createActionWorker = ({ db, log, instanceId, handle }: ActionDeps): ActionWorker => {
  const woken = new Set<string>()
  const conversations = new Map<string, Promise<void>>()
  let taking: Promise<void> | undefined

  const takeAll = async () => {
    while (woken.size > 0) {
      const ids = [...woken].slice(0, BATCH)
      for (const id of ids) woken.delete(id)
      for (const row of await takeActions(db, { by: instanceId, limit: BATCH, ids })) enqueue(row)
    }
  }

  const enqueue = (row: InboxRow) => {
    const before = conversations.get(row.conversationId) ?? Promise.resolve()
    const work = before
      .then(() => handle(row))
      .catch((error) => log.error({ inboxId: row.id, err: error }, 'action.failed'))
      .finally(() => {
        if (conversations.get(row.conversationId) === work) conversations.delete(row.conversationId)
      })
    conversations.set(row.conversationId, work)
  }

  const start = () => {
    taking ??= takeAll()
      .catch((error) => log.error({ err: error }, 'action.take_failed'))
      .finally(() => {
        taking = undefined
        if (woken.size > 0) start()
      })
  }

  return {
    wake: (inboxId) => {
      woken.add(inboxId)
      start()
    },
    begin: enqueue,
    renew: async () => {
      if (conversations.size > 0) await renewActions(db, instanceId)
    },
    settled: async () => {
      while (taking || conversations.size > 0) await Promise.all([taking, ...conversations.values()])
    },
  }
}
