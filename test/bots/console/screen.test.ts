import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createTerminalSeat } from './seat.ts'

const WIDTH = 25
const letters = fc.stringMatching(/^[a-z]{1,45}$/)
const step = fc.oneof(
  fc.record({ kind: fc.constant('types' as const), text: letters }),
  fc.record({ kind: fc.constant('says' as const), text: letters }),
  fc.record({ kind: fc.constant('edits' as const), text: letters, which: fc.nat(9) }),
)

const rowsOf = (text: string, width: number) =>
  Array.from({ length: Math.max(1, Math.ceil(text.length / width)) }, (_, i) =>
    text.slice(i * width, (i + 1) * width),
  )

describe('the screen', () => {
  it('shows every message once, in order, above the line being typed, whatever is typed, said and changed when', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
        const seat = await createTerminalSeat({ width: WIDTH, height: 200 })
        const said: { ref: string; text: string }[] = []
        let typed = ''
        for (const { kind, text, ...rest } of steps) {
          if (kind === 'types') {
            typed += text
            await seat.keys(text)
          } else if (kind === 'says') said.push({ ref: await seat.says({ markdown: text }), text })
          else {
            const message = said[('which' in rest ? rest.which : 0) % Math.max(1, said.length)]
            if (!message) continue
            await seat.edits(message.ref, { markdown: text })
            message.text = text
          }
        }
        expect(seat.output.transcript().filter((row) => row !== '')).toEqual([
          ...said.flatMap(({ text }) =>
            rowsOf(text, WIDTH - 'bot> '.length).map((row, i) => (i === 0 ? `bot> ${row}` : `     ${row}`)),
          ),
          ...rowsOf(`you> ${typed}`, WIDTH).map((row) => row.trimEnd()),
        ])
        await seat.adapter.stop()
      }),
      { numRuns: 60 },
    )
  })
})
