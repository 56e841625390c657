import { AppError } from '../errors.ts'

const KILOBYTE = 1024

/**
 * A file that arrives in pieces, as text. Reads no further than it may.
 * @throws AppError invalid when it is too large or no text in UTF-8; platform_unavailable when it breaks off.
 */
export const readTextFile = async (
  pieces: AsyncIterable<Uint8Array>,
  { name, maxBytes }: { name: string; maxBytes: number },
): Promise<string> => {
  const read: Uint8Array[] = []
  let bytes = 0
  try {
    for await (const piece of pieces) {
      bytes += piece.byteLength
      if (bytes > maxBytes) throw fileTooLarge(name, maxBytes)
      read.push(piece)
    }
  } catch (error) {
    if (error instanceof AppError) throw error
    throw new AppError('platform_unavailable', `the file ${name} broke off while it was read`)
  }
  return asText(Buffer.concat(read), name)
}

export const fileTooLarge = (name: string, maxBytes: number): AppError =>
  new AppError('invalid', `the file ${name} has more than ${maxBytes} bytes`, {
    userMessage: {
      key: 'attachment-too-large',
      args: { name, limit: Math.floor(maxBytes / KILOBYTE) },
    },
  })

/** The platform does not have it, or does not give it to us. */
export const fileGone = (name: string): AppError =>
  new AppError('invalid', `the file ${name} cannot be had any more`, {
    userMessage: { key: 'attachment-gone', args: { name } },
  })

const asText = (bytes: Uint8Array, name: string): string => {
  const notText = () =>
    new AppError('invalid', `the file ${name} is no text in UTF-8`, {
      userMessage: { key: 'attachment-not-text', args: { name } },
    })
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    // A picture may be valid UTF-8 by chance, and has these; no text has.
    if (text.includes('\0')) throw notText()
    return text
  } catch (error) {
    throw error instanceof AppError ? error : notText()
  }
}
