import { PassThrough, Writable } from 'node:stream'
import type { Incoming, Outgoing, RenderedPart } from '../../../src/bots/chat.ts'
import {
  CONSOLE_CONVERSATION,
  type ConsoleOptions,
  createConsoleAdapter,
} from '../../../src/bots/console/index.ts'
import { createLog } from '../../../src/log.ts'
import { createManualClock } from '../../support/manual-clock.ts'
import { waitFor } from '../../support/wait-for.ts'
import { createEmulator } from './emulator.ts'

const settle = () => new Promise<void>((resolve) => setImmediate(resolve))

/** What both kinds of seat have: an adapter, its clock, and what arrived from it. */
const createSeat = async (options: Pick<ConsoleOptions, 'output' | 'terminal'> & Partial<ConsoleOptions>) => {
  const input = new PassThrough()
  const clock = createManualClock()
  const arrived: Incoming[] = []
  const seat = { refusals: 0, ended: 0 }
  const adapter = createConsoleAdapter({
    ...{ input, clock, log: createLog({ level: 'silent' }), noColor: true },
    onEnd: () => void seat.ended++,
    ...options,
  })
  const partOf = (message: Outgoing): RenderedPart => {
    const [part] = adapter.render(message)
    if (!part) throw new Error('nothing was rendered')
    return part
  }
  return Object.assign(seat, {
    ...{ input, clock, arrived, adapter },
    start: () =>
      adapter.start(async (incoming) => {
        if (seat.refusals-- > 0) throw new Error('the database is away')
        arrived.push(incoming)
      }),
    says: (message: Outgoing) =>
      adapter.send(CONSOLE_CONVERSATION, partOf(message), { idempotencyKey: 'any' }),
    edits: (ref: string, message: Outgoing) => adapter.edit(CONSOLE_CONVERSATION, ref, partOf(message)),
    /** Presses keys and waits until the adapter has seen them. */
    keys: async (...keys: string[]) => {
      for (const key of keys) {
        input.write(key)
        await settle()
        await settle()
      }
    },
    body: (index: number) => waitFor(() => arrived[index]?.body, `line ${index + 1}`),
    settle,
  })
}

/** A person at a terminal of so many columns and rows. */
export const createTerminalSeat = async (
  options: Partial<ConsoleOptions> & { width?: number; height?: number } = {},
) => {
  const output = createEmulator(options.width, options.height)
  const seat = await createSeat({ ...options, output, terminal: true })
  await seat.start()
  return Object.assign(seat, { output })
}

/** A script and its transcript. It does not start by itself. */
export const createPipeSeat = async (options: Partial<ConsoleOptions> = {}) => {
  let written = ''
  const output = new Writable({
    write(chunk, _encoding, done) {
      written += String(chunk)
      done()
    },
  })
  const seat = await createSeat({ ...options, output, terminal: false })
  return Object.assign(seat, { output, transcript: () => written })
}

export const ENTER = '\r'
export const TAB = '\t'
export const CTRL_C = '\u0003'
export const CTRL_D = '\u0004'
export const UP = '\u001b[A'
export const ESC = '\u001b'
