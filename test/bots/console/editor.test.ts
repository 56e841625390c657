import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Card } from '../../../src/bots/chat.ts'
import { MAX_TEXT_LENGTH } from '../../../src/bots/ingress.ts'
import { createScratchFolder } from '../../support/scratch.ts'
import { waitFor } from '../../support/wait-for.ts'
import { CTRL_C, createPipeSeat, createTerminalSeat, ENTER, UP } from './seat.ts'

const PROMPT = 'Plan the work.\nIn steps.'
const ask = (initial = PROMPT) => ({ action: 'agent:p', prompt: 'The new prompt?', initial })

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

describe('a question with a text to begin with', () => {
  let folder: Awaited<ReturnType<typeof createScratchFolder>>
  beforeEach(async () => {
    folder = await createScratchFolder()
  })
  afterEach(() => folder[Symbol.asyncDispose]())

  /** A terminal whose editor runs these commands of a shell, `$1` being the file. */
  const withEditor = async (commands: string) => {
    const script = join(folder.path, 'editor.sh')
    await writeFile(script, commands)
    return createTerminalSeat({ editor: `sh '${script}' --some-argument`, width: 100 })
  }
  const shows = (seat: Awaited<ReturnType<typeof withEditor>>, words: string) =>
    waitFor(() => seat.output.transcript().join('\n').includes(words), words)

  it('opens in the editor of the person, and what they saved is the answer', async () => {
    const seat = await withEditor(`cp "$2" '${folder.path}/seen'; printf 'Plan it.\\nAll of it.\\n' > "$2"`)
    const ref = await seat.says({ ask: ask() })
    expect(await seat.body(0)).toMatchObject({ kind: 'text', text: 'Plan it.\nAll of it.', replyTo: ref })
    expect(await readFile(join(folder.path, 'seen'), 'utf8')).toBe(PROMPT)
    await seat.keys('thanks', ENTER)
    expect(await seat.body(1)).toMatchObject({ kind: 'text', text: 'thanks' })
    expect((await seat.body(1)).replyTo).toBeUndefined()
  })

  it.each([
    ['left as it was', 'true', 'nothing was changed'],
    ['saved without a change', 'printf "\\n" >> "$2"', 'nothing was changed'],
    ['emptied', ': > "$2"', 'nothing was changed'],
    ['changed by an editor that failed', 'echo new > "$2"; exit 1', 'The editor did not end well'],
    ['taken away', 'rm "$2"', 'The editor did not end well'],
  ])('that is %s changes nothing, and says so', async (_, commands, words) => {
    const seat = await withEditor(commands)
    await seat.says({ ask: ask() })
    await shows(seat, words)
    await seat.keys('hello', ENTER)
    expect(await seat.body(0)).toMatchObject({ kind: 'text', text: 'hello' })
    expect((await seat.body(0)).replyTo).toBeUndefined()
  })

  it('whose editor is not there changes nothing, and says so', async () => {
    const seat = await createTerminalSeat({ editor: '/nowhere/editor' })
    await seat.says({ ask: ask() })
    await shows(seat, 'The editor did not end well')
    expect(seat.arrived).toEqual([])
  })

  it('has the screen for itself: what is said meanwhile appears afterwards', async () => {
    const gate = join(folder.path, 'gate')
    const seat = await withEditor(`while [ ! -e '${gate}' ]; do sleep 0.01; done; echo new > "$2"`)
    await seat.says({ ask: ask() })
    const before = seat.output.transcript()
    await seat.says({ markdown: 'The build is done.' })
    expect(seat.output.transcript()).toEqual(before)
    await writeFile(gate, '')
    await shows(seat, 'The build is done.')
    expect(await seat.body(0)).toMatchObject({ text: 'new' })
  })

  it('waits for the line that is being typed', async () => {
    const seat = await withEditor('echo new > "$2"')
    await seat.keys('let me just')
    const ref = await seat.says({ ask: ask() })
    await seat.keys(' finish', ENTER)
    expect(await seat.body(0)).toMatchObject({ text: 'let me just finish' })
    expect(await seat.body(1)).toMatchObject({ text: 'new', replyTo: ref })
  })

  it('that says why the last answer would not do can be read before an empty line opens it', async () => {
    const seat = await withEditor('echo new > "$2"')
    const ref = await seat.says({ markdown: 'The temperature is too high.', ask: ask('my words') })
    expect(seat.output.transcript()).toContain(
      '     (an empty line opens it in your editor, beginning with what you wrote)',
    )
    // Whoever has something else to say meanwhile is not in the middle of an answer.
    await seat.keys('/agents', ENTER)
    expect(await seat.body(0)).toMatchObject({ kind: 'command', name: 'agents' })
    expect(seat.arrived).toHaveLength(1)
    await seat.keys(ENTER)
    expect(await seat.body(1)).toMatchObject({ text: 'new', replyTo: ref })
    await seat.keys(ENTER, 'thanks', ENTER)
    expect(await seat.body(2)).toMatchObject({ text: 'thanks' })
  })

  it('is answered by a button below it as well, and is then no question any more', async () => {
    const opened = join(folder.path, 'opened')
    const seat = await withEditor(`touch '${opened}'`)
    const card: Card = {
      title: 'Changed meanwhile',
      tone: 'warning',
      buttons: [[{ label: 'Save mine on top', action: 'save' }]],
    }
    await seat.says({ card, ask: ask('my words') })
    await seat.keys('1', ENTER)
    expect(await seat.body(0)).toMatchObject({ kind: 'action', action: 'save' })
    await seat.keys(ENTER, 'thanks', ENTER)
    expect(await seat.body(1)).toMatchObject({ text: 'thanks' })
    expect(existsSync(opened)).toBe(false)
  })

  it('leaves what was typed before within reach of the arrow key', async () => {
    const seat = await withEditor('echo new > "$2"')
    await seat.keys('create a shop', ENTER)
    await seat.says({ ask: ask() })
    await seat.body(1)
    await seat.keys(UP, ENTER)
    expect(await seat.body(2)).toMatchObject({ text: 'create a shop' })
  })

  it('is given up when the program stops, and its editor with it', async () => {
    const pid = join(folder.path, 'pid')
    const seat = await withEditor(`echo $$ > '${pid}'; exec sleep 60`)
    await seat.says({ ask: ask() })
    const editor = await waitFor(async () => Number(await readFile(pid, 'utf8')), 'the editor')
    await seat.adapter.stop()
    await waitFor(() => !isAlive(editor), 'the editor to end')
    expect(seat.arrived).toEqual([])
    expect(seat.ended).toBe(0)
  })

  it('too long for a message comes back as a file', async () => {
    const text = 'я'.repeat(MAX_TEXT_LENGTH + 1)
    const long = join(folder.path, 'long')
    await writeFile(long, text)
    const seat = await withEditor(`cp '${long}' "$2"`)
    const ref = await seat.says({ ask: ask() })
    const body = await seat.body(0)
    const bytes = Buffer.byteLength(text)
    expect(body).toMatchObject({ replyTo: ref, attachment: { bytes } })
    const read = (maxBytes: number) =>
      seat.adapter.readAttachment?.(body.attachment ?? expect.unreachable(), { maxBytes })
    expect(await read(bytes)).toBe(text)
    await expect(read(bytes - 1)).rejects.toMatchObject({ userMessage: { key: 'attachment-too-large' } })
  })

  it('is shown where there is no editor, and answered by lines up to a dot', async () => {
    const seat = await createTerminalSeat({ width: 100 })
    const ref = await seat.says({ ask: ask() })
    expect(seat.output.transcript().slice(0, 4)).toEqual([
      'bot>     Plan the work.',
      '         In steps.',
      '     The new prompt?',
      '     (type or paste the whole text, then a line with a single dot; an empty line at once cancels)',
    ])
    await seat.keys('Plan it.', ENTER, '', ENTER, '/help is a command', ENTER, '.', ENTER)
    expect(await seat.body(0)).toMatchObject({ text: 'Plan it.\n\n/help is a command', replyTo: ref })
    expect(seat.arrived).toHaveLength(1)
  })

  it('that is answered with itself changes nothing, and says so', async () => {
    const seat = await createTerminalSeat({ width: 100 })
    await seat.says({ ask: ask() })
    await seat.keys('Plan the work.', ENTER, 'In steps.', ENTER, '.', ENTER)
    await shows(seat, 'nothing was changed')
    expect(seat.arrived).toEqual([])
  })

  it('begun and then cancelled is not answered', async () => {
    const seat = await createTerminalSeat({ width: 100 })
    await seat.says({ ask: ask() })
    await seat.keys('Plan it.', ENTER, CTRL_C)
    await shows(seat, 'Cancelled.')
    await seat.keys('.', ENTER)
    expect(await seat.body(0)).toMatchObject({ text: '.' })
    expect((await seat.body(0)).replyTo).toBeUndefined()
  })

  it('is answered by a script, too', async () => {
    const seat = await createPipeSeat()
    await seat.start()
    const ref = await seat.says({ ask: ask() })
    seat.input.end('{\n  "model": "o3"\n}\n.\nthanks\n')
    expect(await seat.body(0)).toMatchObject({ text: '{\n  "model": "o3"\n}', replyTo: ref })
    expect(await seat.body(1)).toMatchObject({ text: 'thanks' })
  })
})
