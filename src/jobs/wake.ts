import type { Wake } from '../domain/wake.ts'
import { errorText } from '../errors.ts'
import type { Log } from '../log.ts'
import type { QueueName, Queues } from './queues.ts'
import { workQueue } from './worker-membership.ts'

/** Work that this process can begin at once, without a round trip to the queue. */
type Local = (name: 'action' | 'deliver') => ((key: string) => void) | undefined

/**
 * Wakes workers. Turns, runs and approvals go through the queue, which keeps one job of a key at a time for all
 * processes together; commands and messages are begun right here when this process does such work, because a person
 * waits for them and their rows are claimed one by one anyway.
 */
export const createWake = (queues: Queues, local: Local, log: Log): Wake => {
  // A queue that is away for a moment is no reason to fail what was just written: the sweeper looks at the rows.
  const add = (name: QueueName, key: string) =>
    queues
      .add(name, key)
      .catch((error) => log.warn({ queue: name, key, err: errorText(error) }, 'wake.failed'))
  const begin = async (name: 'action' | 'deliver', key: string) => {
    const here = local(name)
    if (here) here(key)
    else await add(name, key)
  }
  return {
    turn: (conversationId) => add('turn', conversationId),
    run: (runId) => add('run', runId),
    approval: (approvalId) => add('approval', approvalId),
    sync: (name) => add('sync', name),
    dispatch: (taskId) => add('dispatch', taskId),
    work: (processId, decisionId) => add(workQueue(processId), decisionId),
    action: (inboxId) => begin('action', inboxId),
    deliver: (conversationId) => begin('deliver', conversationId),
  }
}
