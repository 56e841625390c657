import type { OutboxContent } from '../db/shapes/outgoing.ts'
import { answerInbox, type InboxAnswer } from '../domain/conversations/answer-inbox.ts'
import type { InboxRow } from '../domain/conversations/inbox.ts'
import { rolesThatMay } from '../domain/users/permissions.ts'
import { createGroupCommit, LOOKUPS_AT_ONCE } from '../group-commit.ts'
import { answerKey } from './answer-row.ts'
import type { Command } from './commands/command.ts'
import type { CommandDeps } from './commands/context.ts'
import { findCommand } from './commands/index.ts'
import { identityOf } from './strangers.ts'

/**
 * Answers commands that only show something, of people who may: what chats are asked most, many at the price of one.
 * They change nothing, so they need no transaction of their own.
 *
 * @returns false for every other row, and for whatever is not plain: `answerRow` deals with those.
 */
export const createShownCommands = ({ db, clock, wake, log }: CommandDeps) => {
  const answers = createGroupCommit<InboxAnswer, boolean>((items) => answerInbox(db, items, clock.now()), {
    atOnce: LOOKUPS_AT_ONCE,
  })

  return async (row: InboxRow): Promise<boolean> => {
    if (row.body.kind !== 'command') return false
    const command = findCommand(row.body.name)
    const content = command && shownBy(command, row.body.args)
    if (!content) return false
    const dealtWith = await answers.add({
      inboxId: row.id,
      conversationId: row.conversationId,
      key: answerKey(row),
      content,
      identity: identityOf(row),
      roles: rolesThatMay(command.permission),
      messageRef: row.body.messageRef ?? null,
    })
    if (!dealtWith) return false
    // A wake-up that is lost costs time, never work: the sweeper looks at the rows too.
    await wake
      .deliver(row.conversationId)
      .catch((error: unknown) => log.warn({ err: error }, 'action.wake_failed'))
    return true
  }
}

/** What is wrong with the words is told later, to those who may say the command at all. */
const shownBy = (command: Command, args: string): OutboxContent | undefined => {
  try {
    return command.shows?.(args)
  } catch {
    return undefined
  }
}
