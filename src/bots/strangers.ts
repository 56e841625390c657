import type { Transaction } from '../db/client.ts'
import type { InboxRow } from '../domain/conversations/inbox.ts'
import { say } from '../domain/conversations/outbox.ts'
import { isClaimed } from '../domain/users/claim.ts'
import { DEFAULT_LANG, type Identity } from '../domain/users/person.ts'
import { noticeStranger } from '../domain/users/strangers.ts'
import type { CommandDeps } from './commands/context.ts'

/**
 * One polite line a day, in the language their platform tells, and nothing else (B-8). Before there is an owner the
 * stranger may well be whoever installed prorab and has just found it in their messenger.
 */
export const tellStranger = async (
  { texts, clock }: Pick<CommandDeps, 'texts' | 'clock'>,
  tx: Transaction,
  row: InboxRow,
  identity: Identity,
): Promise<boolean> => {
  const day = clock.now().toISOString().slice(0, 10)
  if (!(await noticeStranger(tx, identity, day))) return false
  const key = (await isClaimed(tx)) ? 'stranger-notice' : 'stranger-notice-unclaimed'
  await say(tx, {
    conversationId: row.conversationId,
    key: `cmd:${row.id}`,
    content: { type: 'text', markdown: texts.t(identity.langHint ?? DEFAULT_LANG, key) },
  })
  return true
}

export const identityOf = ({ platform, platformUserId, body }: InboxRow): Identity => ({
  platform,
  platformUserId,
  name: body.author.name,
  langHint: body.author.langHint,
})
