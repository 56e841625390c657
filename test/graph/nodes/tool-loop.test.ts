import { GraphInterrupt } from '@langchain/langgraph'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { AppError } from '../../../src/errors.ts'
import { runTools } from '../../../src/graph/nodes/tool-loop.ts'
import { TOOL_TIMEOUT_MS } from '../../../src/graph/tools/in-time.ts'
import { createManualClock } from '../../support/manual-clock.ts'
import { waitFor } from '../../support/wait-for.ts'
import { agentWith, calling, contents, stepWith, toolNamed, withoutDatabase } from './kit.ts'

const soon = () => new Promise<void>((resolve) => setImmediate(resolve))
const hanging = () => new Promise<string>(() => {})

describe('the tools an answer calls', () => {
  test('answer each call by its id, in the order of the calls, whichever is done first', async () => {
    const turns = toolNamed('read', async ({ n }) => {
      for (let left = 3 - Number(n); left > 0; left--) await soon()
      return `did ${n}`
    })
    const { messages } = await runTools(withoutDatabase(), stepWith([turns]), calling('read', 'read', 'read'))
    expect(contents(messages)).toEqual(['did 0', 'did 1', 'did 2'])
    expect(messages.map((one) => one.tool_call_id)).toEqual(['id0', 'id1', 'id2'])
  })

  test('run at once, but for those that run alone: after all before them and before all behind them', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({ alone: fc.nat(5).map((one) => one === 0), turns: fc.integer({ min: 1, max: 4 }) }),
          {
            maxLength: 20,
            size: 'max',
          },
        ),
        async (calls) => {
          const events: { n: number; what: 'begin' | 'end' }[] = []
          const run = async ({ n }: Record<string, unknown>) => {
            const number = Number(n)
            events.push({ n: number, what: 'begin' })
            for (let left = calls[number]?.turns ?? 0; left > 0; left--) await soon()
            events.push({ n: number, what: 'end' })
            return `did ${n}`
          }
          const tools = [toolNamed('read', run), toolNamed('write', run, { exclusive: true })]
          const answer = calling(...calls.map(({ alone }) => (alone ? 'write' : 'read')))
          const { messages } = await runTools(withoutDatabase(), stepWith(tools), answer)

          expect(contents(messages)).toEqual(calls.map((_, n) => `did ${n}`))
          const running = events.map((_, i) =>
            events.slice(0, i + 1).reduce((sum, { what }) => sum + (what === 'begin' ? 1 : -1), 0),
          )
          expect(Math.max(0, ...running)).toBeLessThanOrEqual(8)
          const at = (n: number, what: 'begin' | 'end') =>
            events.findIndex((one) => one.n === n && one.what === what)
          const isOrdered = (a: number, b: number) => at(a, 'end') < at(b, 'begin')
          for (const [n, { alone }] of calls.entries())
            for (let later = n + 1; later < calls.length; later++) {
              if (alone || calls[later]?.alone) expect(isOrdered(n, later)).toBe(true)
              else expect(isOrdered(later, n)).toBe(false)
            }
          // Neighbours that need not wait for each other do not, as long as there are not too many.
          for (let n = 1; n < calls.length; n++) {
            const run = calls.slice(0, n + 1).toReversed()
            const alone = run.findIndex((one) => one.alone)
            const before = alone < 0 ? n : alone - 1
            if (!calls[n]?.alone && before % 8 !== 0) expect(isOrdered(n - 1, n)).toBe(false)
          }
        },
      ),
    )
  })

  test('of HIGH risk never run beside others', async () => {
    const events: string[] = []
    const track = (name: string) => async () => {
      events.push(`begin ${name}`)
      await soon()
      events.push(`end ${name}`)
      return ''
    }
    const tools = [
      toolNamed('read', track('read')),
      toolNamed('ask', track('ask'), { risk: 'HIGH', asksItself: true }),
    ]
    await runTools(withoutDatabase(), stepWith(tools), calling('read', 'ask', 'read'))
    expect(events).toEqual(['begin read', 'end read', 'begin ask', 'end ask', 'begin read', 'end read'])
  })

  test('that do not exist are answered with those that do', async () => {
    const { messages } = await runTools(withoutDatabase(), stepWith([toolNamed('read')]), calling('rm_rf'))
    expect(contents(messages)).toEqual(['error: there is no tool rm_rf; there are: read'])
  })

  test('that the agent does not have do not exist for it, wherever it works', async () => {
    let ran = false
    const write = toolNamed('write', async () => {
      ran = true
      return ''
    })
    const step = stepWith([toolNamed('read'), write], { agent: agentWith(['read']) })
    const { messages } = await runTools(withoutDatabase(), step, calling('write'))
    expect(contents(messages)).toEqual(['error: there is no tool write; there are: read'])
    expect(ran).toBe(false)
  })

  test('with the wrong arguments are told which, and do nothing', async () => {
    let ran = false
    const picky = toolNamed(
      'picky',
      async () => {
        ran = true
        return ''
      },
      { schema: z.object({ n: z.string() }) },
    )
    const { messages } = await runTools(withoutDatabase(), stepWith([picky]), calling('picky'))
    expect(messages[0]?.text).toMatch(/^error: n: /)
    expect(ran).toBe(false)
  })

  test('whose call could not be read do nothing and are told why, by the id of the call', async () => {
    let ran = false
    const malformed = calling('write')
    malformed.invalid_tool_calls = [
      { type: 'invalid_tool_call', id: 'id0', name: 'write', error: 'half of it' },
    ]
    const write = toolNamed('write', async () => {
      ran = true
      return ''
    })
    const { messages } = await runTools(withoutDatabase(), stepWith([write]), malformed)
    expect(messages[0]).toMatchObject({
      tool_call_id: 'id0',
      content: 'error: half of it. Nothing was done.',
    })
    expect(ran).toBe(false)
  })

  test('that refuse tell the model why, and the others are run all the same', async () => {
    const refuse = toolNamed('refuse', async () => {
      throw new AppError('sandbox_refused', 'The path "../x" must not contain "..".')
    })
    const { messages } = await runTools(
      withoutDatabase(),
      stepWith([refuse, toolNamed('fine')]),
      calling('fine', 'refuse', 'fine'),
    )
    expect(contents(messages)).toEqual([
      'did fine',
      'error: The path "../x" must not contain "..".',
      'did fine',
    ])
  })

  test('that break for a reason of ours end the work', async () => {
    const broken = toolNamed('broken', async () => {
      throw new Error('disk on fire')
    })
    await expect(runTools(withoutDatabase(), stepWith([broken]), calling('broken'))).rejects.toThrow(
      'disk on fire',
    )
  })

  test('are ended with the one that breaks beside them, before anybody is told', async () => {
    const events: string[] = []
    const broken = toolNamed('broken', async () => {
      await soon()
      throw new Error('disk on fire')
    })
    const listens = toolNamed('listens', (_, { signal }) => {
      return new Promise((_resolve, reject) =>
        signal.addEventListener('abort', () => {
          events.push('ended')
          reject(signal.reason)
        }),
      )
    })
    const running = runTools(
      withoutDatabase(),
      stepWith([broken, listens]),
      calling('listens', 'broken', 'listens'),
    ).catch((error: Error) => events.push(error.message))
    await running
    expect(events).toEqual(['ended', 'ended', 'disk on fire'])
  })

  test.each(['stopped', 'lease_lost'] as const)(
    'pass %s through, and nothing behind it is run',
    async (code) => {
      let ran = false
      const ends = toolNamed('ends', async () => {
        throw new AppError(code, 'over')
      })
      const next = toolNamed(
        'next',
        async () => {
          ran = true
          return ''
        },
        { exclusive: true },
      )
      await expect(
        runTools(withoutDatabase(), stepWith([ends, next]), calling('ends', 'next')),
      ).rejects.toMatchObject({ code })
      expect(ran).toBe(false)
    },
  )

  test('may pause the graph: the pause passes through as it is', async () => {
    const pause = new GraphInterrupt([])
    const asks = toolNamed('asks', async () => {
      throw pause
    })
    await expect(
      runTools(withoutDatabase(), stepWith([asks, toolNamed('fine')]), calling('fine', 'asks')),
    ).rejects.toBe(pause)
  })

  test('that never end are given up after their own time, also when they do not listen', async () => {
    const clock = createManualClock()
    const told: AbortSignal[] = []
    const hang = (_: unknown, { signal }: { signal: AbortSignal }) => {
      told.push(signal)
      return hanging()
    }
    const tools = [
      toolNamed('hangs', hang),
      toolNamed('patient', hang, { timeoutMs: 2 * TOOL_TIMEOUT_MS }),
      toolNamed('fine'),
    ]
    const running = runTools(withoutDatabase(clock), stepWith(tools), calling('hangs', 'patient', 'fine'))
    await waitFor(() => clock.sleeping === 2, 'the tools to begin')
    await clock.advance(TOOL_TIMEOUT_MS)
    expect(told.map(({ aborted }) => aborted)).toEqual([true, false])
    await clock.advance(TOOL_TIMEOUT_MS)
    expect(contents((await running).messages)).toEqual([
      'error: hangs took longer than 60 s and was given up.',
      'error: patient took longer than 120 s and was given up.',
      'did fine',
    ])
    expect(told.map(({ aborted }) => aborted)).toEqual([true, true])
    expect(clock.sleeping).toBe(0)
  })

  test('are left at once when a person says stop, with the reason', async () => {
    const stop = new AbortController()
    const reason = new AppError('stopped', 'Ann said stop')
    const hangs = toolNamed('hangs', () => {
      queueMicrotask(() => stop.abort(reason))
      return hanging()
    })
    await expect(
      runTools(withoutDatabase(), stepWith([hangs], { signal: stop.signal }), calling('hangs')),
    ).rejects.toBe(reason)
  })

  test('that say too much are cut, and the model is told how much is missing', async () => {
    const chatty = toolNamed('chatty', async () => 'x'.repeat(30_500))
    const { messages } = await runTools(withoutDatabase(), stepWith([chatty]), calling('chatty'))
    expect(messages[0]?.text.endsWith('\n[cut: 500 more characters]')).toBe(true)
  })

  test('get a key that names this very call, whenever it is made again', async () => {
    const keys: string[] = []
    const keyed = toolNamed('keyed', async (_, { key }) => {
      keys.push(key)
      return ''
    })
    const step = stepWith([keyed], { workKey: 'turn-7' })
    await runTools(withoutDatabase(), step, calling('keyed', 'keyed'))
    await runTools(withoutDatabase(), step, calling('keyed', 'keyed'))
    expect(keys).toEqual(['turn-7:id0', 'turn-7:id1', 'turn-7:id0', 'turn-7:id1'])
  })
})

describe('what tools change in the state of a node', () => {
  test('comes from those that did their work, in the order of the calls', async () => {
    const slow = toolNamed('slow', async () => {
      await soon()
      return 'slow'
    })
    const refuses = toolNamed('refuses', async () => {
      throw new AppError('invalid', 'no')
    })
    const step = stepWith<Record<string, string>>([slow, toolNamed('quick'), refuses], {
      onToolResult: ({ name, args, content }) => ({ last: name, [name]: `${args.n} ${content}` }),
    })
    const { update } = await runTools(
      withoutDatabase(),
      step,
      calling('slow', 'quick', 'refuses', 'no_such_tool'),
    )
    expect(update).toEqual({ last: 'quick', slow: '0 slow', quick: '1 did quick' })
  })

  test('is told by arguments as the schema has them', async () => {
    const defaulted = toolNamed('defaulted', undefined, { schema: z.object({ lines: z.int().default(40) }) })
    const { update } = await runTools(
      withoutDatabase(),
      stepWith<{ lines: unknown }>([defaulted], { onToolResult: ({ args }) => ({ lines: args.lines }) }),
      calling('defaulted'),
    )
    expect(update).toEqual({ lines: 40 })
  })
})
