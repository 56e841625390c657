import type { Listener } from './listener.ts'
import type { Messages } from './messages.ts'
import type { Surface } from './surface.ts'

/** One way to sit at the console: at a terminal, or with a script and a transcript. */
export interface Room {
  surface: Surface
  /** Begins to listen. */
  open(listener: Listener, messages: Messages): void
  /** The bot said something: perhaps it asked. */
  spoken(): void
  close(): void
}
