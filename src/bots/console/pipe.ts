import { createInterface, type Interface } from 'node:readline'
import type { Readable } from 'node:stream'

export interface PipeOptions {
  input: Readable
  /** Resolves when nothing is in hand: before each line, and before the end. */
  settled: () => Promise<void>
  /** Resolves when the line was handed over. */
  line(text: string): Promise<void>
  end(): void
}

/** Lines from a file or a pipe, each read only when everything the one before set off has come to rest. */
export const readPipe = ({ input, settled, line, end }: PipeOptions): { close(): void } => {
  const lines: Interface = createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })
  let open = true
  const read = async () => {
    for await (const text of lines) {
      await settled()
      if (!open) return
      await line(text)
    }
    await settled()
    if (open) end()
  }
  read().catch(() => open && end())
  return {
    close: () => {
      open = false
      lines.close()
      input.pause()
    },
  }
}
