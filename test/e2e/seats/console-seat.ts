import { readFileSync } from 'node:fs'
import { PassThrough } from 'node:stream'
import type { ChatAdapter } from '../../../src/bots/chat.ts'
import { consoleTexts } from '../../../src/bots/console/texts.ts'
import { consoleChat } from '../../../src/cli/console-chat.ts'
import type { Database } from '../../../src/db/client.ts'
import { createLog } from '../../../src/log.ts'
import { createEmulator } from '../../bots/console/emulator.ts'
import { waitFor } from '../../support/wait-for.ts'
import type { Seat } from './seat.ts'

const BUTTON = /\[(\d+)\] (.+?)(?= {2}\[|$)/g
const ENTER = '\r'
/** What a terminal sends of a text that is pasted. */
const pasted = (text: string) => `\u001b[200~${text}\u001b[201~`

/** Somebody at the terminal of the machine itself. `chat` is the adapter that the program is to be started with. */
export const consoleSeat = ({ dataDir }: { dataDir: string }): Seat & { chat(db: Database): ChatAdapter } => {
  const input = new PassThrough()
  const output = createEmulator(200, 4_000)
  const type = (line: string) => void input.write(`${line}${ENTER}`)
  const rows = () => output.transcript()
  const count = (text: string) => rows().filter((row) => row.includes(text)).length
  /** Who types a number before they can have seen what it means now is told so, and types it again. */
  const press = async (label: string): Promise<void> => {
    const all = rows().flatMap((row) => [...row.matchAll(BUTTON)])
    const number = all.findLast((match) => match[2]?.trim() === label)?.[1]
    if (!number) throw new Error(`there is no button ${label} in:\n${rows().join('\n')}`)
    const { numbersMoved } = consoleTexts()
    const [pressed, refused] = [count(`→ ${label}`), count(numbersMoved)]
    type(number)
    await waitFor(
      () => count(`→ ${label}`) > pressed || count(numbersMoved) > refused,
      'what the number does',
    )
    if (count(`→ ${label}`) === pressed) await press(label)
  }
  const asked = () => waitFor(() => rows().at(-1)?.startsWith('answer>'), 'the prompt of a question')
  return {
    chat: (db) =>
      consoleChat(db, {
        dataDir,
        input,
        output,
        terminal: true,
        noColor: true,
        log: createLog({ level: 'silent' }),
      }),
    says: type,
    command: type,
    presses: press,
    writes: async (label, words) => {
      await press(label)
      await asked()
      type(words)
    },
    answers: async (text) => {
      await asked()
      const begun = begunWith(rows())
      type(begun === '' ? text('') : pasted(`${text(begun)}\n.`))
    },
    gives: async ({ content }) => {
      await asked()
      type(pasted(`${content}\n.`))
    },
    screen: () => messagesOn(rows()),
  }
}

/** A text to begin with stands above its question, indented as all that the bot says. */
const begunWith = (rows: string[]): string => {
  const said = messagesOn(rows).at(-1)?.text ?? ''
  const path = said.match(/\/\S*\/files\/\S+/)?.[0]
  if (path) return readFileSync(path, 'utf8')
  const from = said.indexOf('{')
  return from < 0 ? '' : said.slice(from, said.lastIndexOf('}') + 1)
}

const messagesOn = (rows: string[]) => {
  const said: string[][] = []
  let isBot = false
  for (const row of rows) {
    if (row.startsWith('bot>')) {
      isBot = true
      said.push([row.slice(5)])
    } else if (row.startsWith('     ') || row === '') {
      if (isBot) said.at(-1)?.push(row.slice(5))
    } else isBot = false
  }
  return said.map((lines, order) => ({
    ref: String(order),
    order,
    text: lines.join('\n').trim(),
    buttons: lines.flatMap((line) => [...line.matchAll(BUTTON)].map((match) => match[2]?.trim() ?? '')),
    edits: 0,
    calls: [],
  }))
}
