import { PassThrough } from 'node:stream'
import { expect, test } from 'vitest'
import { createConsoleAdapter } from '../../../src/bots/console/index.ts'
import { createLog } from '../../../src/log.ts'
import { createManualClock } from '../../support/manual-clock.ts'
import { waitFor } from '../../support/wait-for.ts'
import { CTRL_C, createTerminalSeat } from './seat.ts'

/** A terminal whose window was closed: it reports an error for whatever is asked of it, as Node's tty streams do. */
const closedWindow = () => {
  const input = new PassThrough()
  let isOpen = true
  const setRawMode = () => {
    if (!isOpen) input.emit('error', Object.assign(new Error('setRawMode EIO'), { code: 'EIO' }))
  }
  return Object.assign(input, {
    setRawMode,
    closeWindow: () => {
      isOpen = false
    },
  })
}

test('closing the window ends the chat, and the program can put away what it has in hand', async () => {
  const input = closedWindow()
  const seat = await createTerminalSeat({ input })
  input.closeWindow()
  await seat.adapter.stop()
  expect(seat.ended).toBe(0)
})

test('a window that closes while the person leaves does not end the chat twice', async () => {
  const input = closedWindow()
  const seat = await createTerminalSeat({ input })
  input.closeWindow()
  input.emit('error', new Error('read EIO'))
  await seat.settle()
  expect(seat.ended).toBe(1)
})

test('a terminal that does not know its size shows what is said', async () => {
  const input = new PassThrough()
  let written = ''
  const output = new PassThrough().on('data', (chunk) => {
    written += chunk
  })
  const adapter = createConsoleAdapter({
    ...{ input, output: Object.assign(output, { columns: 0, rows: 0 }), terminal: true, noColor: true },
    ...{ clock: createManualClock(), log: createLog({ level: 'silent' }) },
  })
  await adapter.start(async () => {})
  input.write(CTRL_C)
  await waitFor(() => written.includes('Press Ctrl-C again') || undefined, 'the hint')
})
