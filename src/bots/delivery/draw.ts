import type { Conversation } from '../../domain/conversations/conversations.ts'
import type { OutboxRow } from '../../domain/conversations/outbox.ts'
import type { ClaimedRow } from '../../domain/conversations/outbox-claims.ts'
import type { Reader } from '../../domain/users/reader.ts'
import { asAppError } from '../../errors.ts'
import type { Log } from '../../log.ts'
import type { ChatAdapter, Outgoing, RenderedPart } from '../chat.ts'
import { withCommandWord } from '../command-words.ts'
import { failureNotice } from '../failure-notice.ts'

/** Who will look at it, and where. */
interface Audience {
  /** The person whose language is used; undefined means: that of the conversation. */
  reader: Reader | undefined
  conversation: Conversation
}

/** Puts what a row names into words and cards, as the thing is at this moment (design rule 5). */
export type Present = (row: OutboxRow, audience: Audience) => Promise<Outgoing>

export interface Drawn {
  outgoing: Outgoing
  parts: RenderedPart[]
}

/** Something that cannot be drawn is tried again this often before the person is told so. */
const DRAW_ATTEMPTS = 3

/**
 * What to show for a row. When that fails for good the person gets the failure instead, with a reference that is in
 * the log, so that what comes after it is not held up.
 *
 * @throws what `present` threw, while trying again may help.
 */
export const draw = async (
  row: ClaimedRow,
  conversation: Conversation,
  adapter: ChatAdapter,
  { present, log }: { present: Present; log: Log },
): Promise<Drawn> => {
  const drawn = async (what: OutboxRow): Promise<Drawn> => {
    const said = await present(what, { reader: row.reader, conversation })
    const outgoing = withCommandWord(said, adapter.commandWord)
    return { outgoing, parts: adapter.render(outgoing) }
  }
  try {
    return await drawn(row)
  } catch (error) {
    const failure = asAppError(error)
    // A database that is away for a moment fails a view too.
    if ((failure.retryable || failure.code === 'internal') && row.attempts < DRAW_ATTEMPTS) throw error
    log.error({ err: error, outboxId: row.id, reference: failure.reference }, 'delivery.cannot_draw')
    return drawn({ ...row, content: failureNotice(failure) }).catch(() => {
      const outgoing = { markdown: `⚠️ ${failure.reference}` }
      return { outgoing, parts: adapter.render(outgoing) }
    })
  }
}
