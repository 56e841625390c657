import type { Clock } from '../clock.ts'
import type { Database } from '../db/client.ts'
import { revise, type Saying, say } from '../domain/conversations/outbox.ts'
import type { Wake } from '../domain/wake.ts'
import { closeMarkdown } from './half-written.ts'

export interface StreamerDeps {
  db: Database
  wake: Pick<Wake, 'deliver'>
  clock: Clock
  /** Least time between two written snapshots; how often they are shown is up to delivery. */
  intervalMs: number
  /** How long the first snapshot waits: an answer that is whole by then is written once. */
  firstAfterMs?: number
}

export interface Stream {
  /** Everything the model has written so far. Returns at once; the newest snapshot is written when it is time. */
  push(soFar: string): void
  /** Writes what there is now, so that it stands before whatever is said next. Rejects when it cannot. */
  flush(): Promise<void>
  /**
   * Ends with the whole text; an empty one leaves what was shown. Nothing at all is said when there never was a
   * text. Rejects when it could not be written.
   */
  finish(markdown: string): Promise<void>
  /** Ends with what is shown. Never rejects: the failure that led here is what a person must hear of. */
  fail(): Promise<void>
}

export interface Streamer {
  open(about: Pick<Saying, 'conversationId' | 'key' | 'readerId' | 'replyTo'>): Stream
}

/**
 * The one way in which a reply appears while it is written (B-4). Snapshots are versions of one outbox row: after a
 * restart the same key goes on in the same row, and so in the same message of the chat.
 */
export const createStreamer = ({
  db,
  wake,
  clock,
  intervalMs,
  firstAfterMs = 0,
}: StreamerDeps): Streamer => ({
  open: (about) => {
    const ended = new AbortController()
    let latest = ''
    let written = ''
    let rowId: string | undefined
    let writing: Promise<void> = Promise.resolve()
    let busy = false

    const write = async (markdown: string, streaming: boolean) => {
      const content = { type: 'text', markdown } as const
      const said = rowId ? { id: rowId, fresh: false } : await say(db, { ...about, content, streaming })
      rowId = said.id
      const conversationId = said.fresh
        ? about.conversationId
        : await revise(db, said.id, { content, streaming })
      if (conversationId) await wake.deliver(conversationId).catch(() => {})
    }

    /** One at a time: a snapshot must not overwrite a later one. */
    let last: Promise<void> = Promise.resolve()
    const writeNext = (markdown: string, streaming: boolean): Promise<void> => {
      const next = last.catch(() => {}).then(() => write(markdown, streaming))
      last = next
      return next
    }

    const writeSnapshots = async () => {
      if (firstAfterMs > 0 && written === '') await clock.sleep(firstAfterMs, ended.signal).catch(() => {})
      while (latest !== written && !ended.signal.aborted) {
        const snapshot = latest
        // A snapshot that is lost is followed by another, or by the whole.
        await writeNext(closeMarkdown(snapshot), true).catch(() => {})
        written = snapshot
        await clock.sleep(intervalMs, ended.signal).catch(() => {})
      }
      busy = false
    }

    const end = async () => {
      ended.abort()
      await writing
    }

    return {
      push: (soFar) => {
        latest = soFar
        if (busy || ended.signal.aborted || soFar.trim() === '') return
        busy = true
        writing = writeSnapshots()
      },
      flush: async () => {
        const snapshot = latest
        if (snapshot === written || snapshot.trim() === '') return
        written = snapshot
        await writeNext(closeMarkdown(snapshot), true)
      },
      finish: async (markdown) => {
        await end()
        const text = markdown.trim() === '' ? latest : markdown
        if (text.trim() !== '') await writeNext(text, false)
      },
      fail: async () => {
        await end()
        // The text stays as it is: whoever took this work over may be writing it already.
        if (rowId) await revise(db, rowId, { streaming: false }).catch(() => {})
      },
    }
  },
})
