/** Collects what a program writes, up to a limit in bytes; says in its last line when it was cut. */
export interface BoundedOutput {
  /** @returns false from the first byte over the limit on. */
  add(chunk: Buffer): boolean
  text(): string
}

export const createBoundedOutput = (maxBytes: number): BoundedOutput => {
  const chunks: Buffer[] = []
  let size = 0
  let cut = false
  return {
    add(chunk) {
      const room = maxBytes - size
      if (chunk.length > room) cut = true
      if (room > 0) chunks.push(chunk.subarray(0, room))
      size += Math.min(chunk.length, room)
      return !cut
    },
    text: () => Buffer.concat(chunks).toString('utf8') + (cut ? `\n[output cut at ${maxBytes} bytes]` : ''),
  }
}
