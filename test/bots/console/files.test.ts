import { readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { OutgoingFile } from '../../../src/bots/chat.ts'
import { picture } from '../../contract/picture.ts'
import { createScratchFolder } from '../../support/scratch.ts'
import { createPipeSeat, createTerminalSeat } from './seat.ts'

const config = (text: string): OutgoingFile => ({
  name: 'Architect.json',
  mediaType: 'application/json',
  data: Buffer.from(text),
  caption: 'The config of Architect',
})
const long = (word: string) => `${word} `.repeat(2000)

const atTerminal = async () => {
  const folder = await createScratchFolder()
  const filesDir = join(folder.path, 'data', 'files')
  const seat = await createTerminalSeat({ filesDir, width: 160 })
  const names = () => readdir(filesDir).catch(() => [])
  return { ...seat, filesDir, names, [Symbol.asyncDispose]: folder[Symbol.asyncDispose] }
}

describe('a file at the console', () => {
  it('that is a short text stands in the conversation, and nowhere else', async () => {
    await using seat = await atTerminal()
    await seat.says({ file: config('{\n  "model": "```"\n}') })
    expect(seat.output.transcript()).toEqual([
      'bot> The config of Architect',
      '         {',
      '           "model": "```"',
      '         }',
      'you>',
    ])
    expect(await seat.names()).toEqual([])
  })

  it.each([
    ['a long text', config(long('plan'))],
    ['a text of many lines', config('line\n'.repeat(41))],
    ['a picture', { ...config(''), name: 'costs.png', mediaType: 'image/png', data: picture() } as const],
  ])('that is %s lies below the data folder, and its path is shown', async (_, file) => {
    await using seat = await atTerminal()
    await seat.says({ file })
    const [name = ''] = await seat.names()
    expect(seat.output.transcript()).toContain(`     ${join(seat.filesDir, name)}`)
    expect(await readFile(join(seat.filesDir, name))).toEqual(Buffer.from(file.data))
    expect((await stat(join(seat.filesDir, name))).mode & 0o777).toBe(0o600)
    expect((await stat(seat.filesDir)).mode & 0o777).toBe(0o700)
  })

  it('takes the place of the one before it, unless another message shows that one too', async () => {
    await using seat = await atTerminal()
    const first = await seat.says({ file: config(long('one')) })
    const second = await seat.says({ file: config(long('one')) })
    expect(await seat.names()).toHaveLength(1)
    await seat.edits(first, { file: config(long('two')) })
    expect(await seat.names()).toHaveLength(2)
    await seat.edits(second, { file: config(long('two')) })
    expect(await seat.names()).toHaveLength(1)
    await seat.adapter.remove('console:local', first)
    expect(await seat.names()).toHaveLength(1)
    await seat.adapter.remove('console:local', second)
    expect(await seat.names()).toEqual([])
  })

  it('that cannot be written may be tried again', async () => {
    await using seat = await atTerminal()
    const folder = join(seat.filesDir, '..')
    await writeFile(folder, 'in the way')
    await expect(seat.says({ file: config(long('one')) })).rejects.toMatchObject({
      code: 'platform_unavailable',
    })
    expect(seat.output.transcript()).toEqual(['you>'])
  })

  it('is only named where there is no folder', async () => {
    const { says, transcript, start } = await createPipeSeat()
    await start()
    await says({ file: config(long('one')) })
    expect(transcript()).toBe('bot> The config of Architect\n     Architect.json\n')
  })
})
