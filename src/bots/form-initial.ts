import type { Executor } from '../db/client.ts'
import { can } from '../domain/users/permissions.ts'
import { findAccountHolder } from '../domain/users/person.ts'
import { parseAction } from './action-ids.ts'
import type { Platform } from './chat.ts'
import { initialText } from './commands/agents/initial-text.ts'

/**
 * What the form of a button begins with, for platforms that open it at the press. Undefined for an empty one, and for
 * people who may not save it: in a channel anybody can press.
 */
export const createFormInitial =
  (db: Executor, platform: Platform) =>
  async (action: string, platformUserId: string): Promise<string | undefined> => {
    const parsed = parseAction(action)
    if (parsed?.kind !== 'agent') return undefined
    const person = await findAccountHolder(db, { platform, platformUserId })
    return person && can(person, 'agents.manage') ? initialText(db, parsed.form) : undefined
  }
