import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { HISTORY_LINES } from '../../../src/bots/console/history.ts'
import { createScratchFolder } from '../../support/scratch.ts'
import { createTerminalSeat, ENTER, UP } from './seat.ts'

describe('what was typed before', () => {
  it('comes back with the arrow key, after a restart too, and is nobody else’s to read', async () => {
    await using folder = await createScratchFolder()
    const historyFile = join(folder.path, 'history')
    const first = await createTerminalSeat({ historyFile })
    await first.keys('create a shop', ENTER, '/status', ENTER)
    await first.adapter.stop()
    expect((await stat(historyFile)).mode & 0o777).toBe(0o600)

    const second = await createTerminalSeat({ historyFile })
    await second.keys(UP, UP, ENTER)
    expect(await second.body(0)).toMatchObject({ kind: 'text', text: 'create a shop' })
  })

  it('holds no codes, no secrets, no answers and no bare numbers', async () => {
    await using folder = await createScratchFolder()
    const historyFile = join(folder.path, 'history')
    const { keys, says } = await createTerminalSeat({ historyFile })
    await keys('hello', ENTER, '/claim K7QM-4XTP', ENTER, '/secrets set KEY=hunter2', ENTER, '1', ENTER)
    await says({ ask: { action: 'a', prompt: 'The key?' } })
    await keys('hunter3', ENTER, 'bye', ENTER)
    expect(await readFile(historyFile, 'utf8')).toBe('hello\nbye\n')
  })

  it('is bounded', async () => {
    await using folder = await createScratchFolder()
    const historyFile = join(folder.path, 'history')
    await writeFile(historyFile, Array.from({ length: 2000 }, (_, i) => `line ${i}\n`).join(''))
    const { keys } = await createTerminalSeat({ historyFile })
    await keys('one more', ENTER)
    const lines = (await readFile(historyFile, 'utf8')).trimEnd().split('\n')
    expect(lines).toHaveLength(HISTORY_LINES)
    expect(lines.at(-1)).toBe('one more')
    expect(lines.at(-2)).toBe('line 1999')
  })

  it('that cannot be kept hinders nobody', async () => {
    const { keys, body } = await createTerminalSeat({ historyFile: '/nowhere/at/all' })
    await keys('hello', ENTER)
    expect(await body(0)).toMatchObject({ text: 'hello' })
  })
})
