import { completeInbox, type InboxRow } from '../domain/conversations/inbox.ts'
import { type Person, resolvePerson } from '../domain/users/person.ts'
import { asAppError } from '../errors.ts'
import { withLogContext } from '../log.ts'
import { asQuestion } from './addressed.ts'
import { AnsweredBefore, answerRow, apologise } from './answer-row.ts'
import type { CommandDeps } from './commands/context.ts'
import { isRefusal } from './failure-notice.ts'
import { asForm } from './forms.ts'
import { asIncidentMove } from './incident-reply.ts'
import { createShownCommands } from './shown-commands.ts'
import { identityOf, tellStranger } from './strangers.ts'

export interface Router {
  /**
   * Deals with a command, a button or a form, and with a text that answers a question of the bot: one answer,
   * whatever happens, however often. The row is done, or failed and the person told, when this resolves; it
   * rejects only when the database or the platform should be tried again later.
   */
  handle(row: InboxRow): Promise<void>
  /** Who speaks. A stranger is told once a day how to ask for access, and undefined comes back (B-8). */
  admit(row: InboxRow): Promise<Person | undefined>
  /** Deals with a text that answers a question of the bot; false when it is plain talk. */
  takeForm(row: InboxRow): Promise<boolean>
  /** Deals with a text that is for one agent, or moves an incident, as with the command it stands for; false when it is plain talk. */
  takeQuestion(row: InboxRow, speaker: Person): Promise<boolean>
}

/** A failure that may pass is left to the sweeper this often before the person is told. */
const MAX_ATTEMPTS = 3

export const createRouter = (deps: CommandDeps): Router => {
  const showCommand = createShownCommands(deps)
  const admit = async (row: InboxRow) => {
    const identity = identityOf(row)
    const person = await resolvePerson(deps.db, identity)
    if (person) return person
    const told = await deps.db.transaction((tx) => tellStranger(deps, tx, row, identity))
    if (told) await deps.wake.deliver(row.conversationId)
    return undefined
  }

  const handle = (row: InboxRow) =>
    withLogContext({ inboxId: row.id, conversationId: row.conversationId }, async () => {
      try {
        if (!(await showCommand(row))) await answerRow(deps, row)
      } catch (error) {
        if (error instanceof AnsweredBefore) return completeInbox(deps.db, [row.id], deps.clock.now())
        const known = asAppError(error)
        if (known.retryable && row.attempts < MAX_ATTEMPTS) throw known
        const level = isRefusal(known) ? 'info' : 'error'
        deps.log[level]({ reference: known.reference, err: error }, 'action.failed')
        await apologise(deps, row, known)
      }
    })

  return {
    handle,
    admit,
    takeForm: async (row) => {
      if (!(await asForm(deps.db, row))) return false
      await handle(row)
      return true
    },
    takeQuestion: async (row, speaker) => {
      const body = (await asIncidentMove(deps.db, row)) ?? (await asQuestion(deps.db, row, speaker.id))
      if (!body) return false
      await handle({ ...row, body })
      return true
    },
  }
}
