import type { DeliveredPart } from '../../db/shapes/outgoing.ts'
import type { OutboxRow } from '../../domain/conversations/outbox.ts'
import type { ChatAdapter, ConversationKey, RenderedPart } from '../chat.ts'

export interface Showing {
  row: OutboxRow
  key: ConversationKey
  adapter: ChatAdapter
  /** Makes a request; rejects when it may not be made yet. */
  call: <T>(request: () => Promise<T>) => Promise<T>
  /** Called after every message that became visible, except the last one. */
  onProgress: (parts: DeliveredPart[]) => Promise<void>
}

/**
 * Makes the platform show the rendered parts: what is there already is edited where it differs, what is missing is
 * sent, what is too much is removed.
 *
 * @param parts what is shown so far; changed in place, so that it is right also after an error.
 */
export const showParts = async (
  rendered: RenderedPart[],
  parts: DeliveredPart[],
  { row, key, adapter, call, onProgress }: Showing,
): Promise<void> => {
  const send = async (part: RenderedPart, index: number, idempotencyKey: string) => {
    const replyTo = index === 0 && row.replyTo ? row.replyTo : undefined
    const ref = await call(() => adapter.send(key, part, { replyTo, idempotencyKey }))
    parts[index] = { ref, hash: part.hash }
    if (index < rendered.length - 1) await onProgress(parts)
  }

  for (const [index, part] of rendered.entries()) {
    const shown = parts[index]
    if (!shown) await send(part, index, `${row.id}:${index}`)
    else if (shown.hash !== part.hash) {
      const outcome = await call(() => adapter.edit(key, shown.ref, part))
      // Another key than the first time: the platform must not take it for the message that was deleted.
      if (outcome === 'gone') await send(part, index, `${row.id}:${index}:${row.version}`)
      else parts[index] = { ref: shown.ref, hash: part.hash }
    }
  }
  while (parts.length > rendered.length) {
    const surplus = parts.at(-1)?.ref ?? ''
    // A message that is kept must not be removed because it is known twice.
    if (!parts.slice(0, -1).some(({ ref }) => ref === surplus)) {
      await call(() => adapter.remove(key, surplus))
    }
    parts.pop()
  }
}
