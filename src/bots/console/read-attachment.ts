import type { Attachment } from '../../db/shapes/incoming.ts'
import type { ChatAdapter } from '../chat.ts'
import { fileTooLarge } from '../text-file.ts'

/** A text too long for a message, as the file it would be elsewhere. It is kept where it is mentioned. */
export const attachText = (text: string): Attachment => ({
  name: 'text',
  bytes: Buffer.byteLength(text),
  ref: { text },
})

export const readAttachment: NonNullable<ChatAdapter['readAttachment']> = async (
  { name, bytes, ref },
  { maxBytes },
) => {
  if (bytes > maxBytes) throw fileTooLarge(name, maxBytes)
  return ref.text ?? ''
}
