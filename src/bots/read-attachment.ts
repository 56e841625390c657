import type { InboxRow } from '../domain/conversations/inbox.ts'
import { AppError } from '../errors.ts'
import type { ChatAdapter, Platform } from './chat.ts'

/** More than the longest configuration of an agent, in any script. */
const MAX_BYTES = 1024 * 1024

export interface AttachmentLimits {
  maxBytes: number
}

/**
 * The text of the file that came with a row, fetched from its platform; undefined when none did.
 * @throws AppError invalid when it is no text or too large, or when nobody here can fetch it;
 *   platform_unavailable.
 */
export type ReadAttachment = (row: InboxRow, limits?: AttachmentLimits) => Promise<string | undefined>

export const createAttachmentReader =
  (adapters: ReadonlyMap<Platform, Pick<ChatAdapter, 'readAttachment'>>): ReadAttachment =>
  async ({ platform, body: { attachment } }, limits = { maxBytes: MAX_BYTES }) => {
    if (!attachment) return undefined
    const read = adapters.get(platform as Platform)?.readAttachment
    if (read) return read(attachment, limits)
    throw new AppError('invalid', `no file of ${platform} can be read here`, {
      userMessage: { key: 'attachment-not-read', args: { name: attachment.name } },
    })
  }
