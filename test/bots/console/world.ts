import { readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { PassThrough } from 'node:stream'
import { CONSOLE_CONVERSATION, createConsoleAdapter } from '../../../src/bots/console/index.ts'
import { createLog } from '../../../src/log.ts'
import type { AdapterWorld, ShownMessage } from '../../contract/world.ts'
import { hastyClock } from '../../support/hasty-clock.ts'
import { createScratchFolder } from '../../support/scratch.ts'
import { createEmulator } from './emulator.ts'

const BUTTON = /\[(\d+)\] (.+?)(?= {2}\[|$)/g
const ADDRESS = /(?<=^|[\s(])https?:\/\/[^\s)]+/g

const PATH = /\/\S*\/files\/\S+/g
const pasted = (text: string) => `\u001b[200~${text}\u001b[201~`

/** The console for the contract suite: a terminal large enough to hold all that a test says. */
export const createConsoleWorld = async (): Promise<AdapterWorld> => {
  const input = new PassThrough()
  const output = createEmulator(200, 4000)
  const refs: string[] = []
  const logged: string[] = []
  const folder = await createScratchFolder()
  const filesDir = join(folder.path, 'files')
  const console = createConsoleAdapter({
    ...{ filesDir, input, output, terminal: true, noColor: true, clock: hastyClock },
    log: createLog({ level: 'trace', to: { write: (line: string) => void logged.push(line) } }),
  })
  const adapter = {
    ...console,
    send: async (...args: Parameters<typeof console.send>) => {
      const ref = await console.send(...args)
      refs.push(ref)
      return ref
    },
  }
  const type = async (line: string) => void input.write(`${line}\r`)

  return {
    adapter,
    conversation: CONSOLE_CONVERSATION,
    person: {
      id: 'local',
      says: type,
      commands: (name, args) => type(`/${name} ${args}`.trim()),
      presses: async (label) => {
        const all = output.transcript().flatMap((row) => [...row.matchAll(BUTTON)])
        const number = all.findLast((match) => match[2] === label)?.[1]
        if (!number) throw new Error(`there is no button ${label}`)
        await type(number)
      },
      answers: (_prompt, text, { begun } = {}) => type(begun ? pasted(`${text}\n.`) : text),
    },
    shown: async () => messagesOn(output.transcript(), refs),
    files: async () => {
      const paths = output.transcript().flatMap((row) => row.match(PATH) ?? [])
      return paths.map((path) => ({ name: basename(path), content: readFileSync(path) }))
    },
    redelivers: true,
    secrets: [],
    logged: () => logged.join(''),
    close: async () => {
      await console.stop()
      await folder[Symbol.asyncDispose]()
    },
  }
}

/** Reads the screen as a person does: who said what, and what can be pressed. */
const messagesOn = (rows: string[], refs: string[]): ShownMessage[] => {
  const said: string[][] = []
  let mine = false
  for (const row of rows) {
    if (row.startsWith('bot>')) {
      mine = true
      said.push([row.slice(5)])
    } else if (row.startsWith('     ') || row === '') {
      if (mine) said.at(-1)?.push(row.slice(5))
    } else mine = false
  }
  return said.map((lines, index) => ({
    ref: refs[index] ?? '',
    text: lines
      .filter((line) => !line.match(BUTTON))
      .join('\n')
      .trim(),
    buttons: lines.flatMap((line) => [...line.matchAll(BUTTON)].map((match) => match[2] ?? '')),
    mentions: [],
    links: lines.flatMap((line) => line.match(ADDRESS) ?? []),
  }))
}
