import type { Readable, Writable } from 'node:stream'
import type { Clock } from '../../clock.ts'
import { errorText } from '../../errors.ts'
import type { Log } from '../../log.ts'
import { drawNote } from './message.ts'
import { createPaper } from './paper.ts'
import { readPipe } from './pipe.ts'
import type { Room } from './room.ts'
import type { ConsoleTexts } from './texts.ts'

export interface PipeRoomOptions {
  input: Readable
  output: Writable
  columns: number | undefined
  clock: Clock
  log: Log
  texts: ConsoleTexts
  settled: () => Promise<void>
  end(): void
}

/** A script that talks to the bot, and the transcript of it. Each line is said when the bot has finished. */
export const createPipeRoom = (options: PipeRoomOptions): Room => {
  const { input, output, clock, log, texts } = options
  const columns = options.columns ?? Number.POSITIVE_INFINITY
  const paper = createPaper({ output, columns, clock, bot: texts.bot })
  let close = () => {}

  const settled = async () => {
    await options.settled().catch((error) => log.error({ reason: errorText(error) }, 'never came to rest'))
    paper.flush()
  }

  return {
    surface: paper,
    open: (listener, messages) => {
      const pipe = readPipe({
        input,
        settled,
        line: async (text) => {
          const asked = messages.question()
          if (text.trim() !== '' || asked !== undefined)
            paper.note(drawNote((asked === undefined ? texts.prompt : texts.answerPrompt) + text))
          await listener.hear(text, { asked })
        },
        end: options.end,
      })
      close = pipe.close
    },
    spoken: () => {},
    close: () => {
      paper.flush()
      close()
    },
  }
}
