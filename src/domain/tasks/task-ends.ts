/** Tells those who wait for a task that it may be over; whether it is, its row says. */
export interface TaskEnds {
  /** Watched from the moment this returns, so that an end between looking at the row and waiting is not missed. */
  watch(taskId: string): TaskWatch
}

export interface TaskWatch extends Disposable {
  /** Resolves when the task may be over; rejects with the signal's reason when aborted first. */
  next(signal: AbortSignal): Promise<void>
}
