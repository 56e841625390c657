/**
 * Wakes the worker that will look at a row. Only ids travel; a wake-up that is lost costs time, never work,
 * because sweepers look at the rows too (design rule 2). Call it after the transaction has committed.
 */
export interface Wake {
  /** Texts are waiting in this conversation. */
  turn(conversationId: string): Promise<void>
  /** A command, button or form is waiting. */
  action(inboxId: string): Promise<void>
  /** Something is to be shown in this conversation. */
  deliver(conversationId: string): Promise<void>
  /** A run is to be started or continued. */
  run(runId: string): Promise<void>
  /** An approval was decided and is to be applied. */
  approval(approvalId: string): Promise<void>
  /** A task wants a worker, or its worker has finished. */
  dispatch(taskId: string): Promise<void>
  /** Something that happens by itself every so often is to happen now, e.g. `github_sync`. */
  sync(name: string): Promise<void>
  /** A process was chosen to do what this decision says. */
  work(processId: string, decisionId: string): Promise<void>
}
