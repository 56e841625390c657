import { reviseViews } from '../domain/conversations/outbox.ts'
import { settleBudgetQuestions } from '../domain/costs/settle-questions.ts'
import type { CommandContext } from './commands/context.ts'

/** Other runs that wait for the same money go on, and their cards say who allowed it. */
export const settleQuestions = async ({
  tx,
  deps,
  row,
  person,
  now,
  afterCommit,
}: CommandContext): Promise<void> => {
  for (const id of await settleBudgetQuestions(tx, { person, surface: row.platform }, now)) {
    const conversations = await reviseViews(tx, 'approval', { id })
    afterCommit(() => deps.wake.approval(id))
    for (const one of conversations) afterCommit(() => deps.wake.deliver(one))
  }
}
