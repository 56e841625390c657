import {
  Annotation,
  Command,
  END,
  type Interrupt,
  interrupt,
  MemorySaver,
  Send,
  START,
  StateGraph,
} from '@langchain/langgraph'
import { describe, expect, test } from 'vitest'

/**
 * What prorab relies on, or guards against, in the LangGraph it is pinned to. When an upgrade fails here, read
 * design rules 3 and 4, src/graph/runner.ts and src/graph/human.ts before changing the expectation.
 */

const State = Annotation.Root({
  log: Annotation<string[]>({ reducer: (before, update) => before.concat(update), default: () => [] }),
  item: Annotation<string>,
})

let threads = 0
const newThread = () => ({ configurable: { thread_id: `thread-${threads++}` } })
const questions = (result: unknown): Interrupt[] =>
  (result as { __interrupt__?: Interrupt[] }).__interrupt__ ?? []
const idOf = (result: unknown): string => questions(result)[0]?.id ?? ''
const answer = (id: string, value: unknown) =>
  new Command<Record<string, unknown>, typeof State.Update, never>({ resume: { [id]: value } })

/** Asks once in its only node. */
const asking = (onAnswer: (value: unknown) => unknown = () => {}) => {
  let runs = 0
  const graph = new StateGraph(State)
    .addNode('ask', async () => {
      runs++
      const value = interrupt({ question: 'go on?' })
      await onAnswer(value)
      return { log: [`answered ${value}`] }
    })
    .addEdge(START, 'ask')
    .addEdge('ask', END)
    .compile({ checkpointer: new MemorySaver() })
  return { graph, runs: () => runs }
}

describe('the id of an interrupt', () => {
  test('is the same each time the paused thread is looked at', async () => {
    const { graph } = asking()
    const thread = newThread()
    const paused = await graph.invoke({}, thread)
    const seen = async () =>
      (await graph.getState(thread)).tasks.flatMap((task) => task.interrupts).map(({ id }) => id)
    expect(await seen()).toEqual([idOf(paused)])
    expect(await seen()).toEqual([idOf(paused)])
  })

  test('is another in another thread, and when a loop comes back to the node', async () => {
    const graph = new StateGraph(State)
      .addNode('ask', () => ({ log: [String(interrupt('again?'))] }))
      .addEdge(START, 'ask')
      .addConditionalEdges('ask', (state) => (state.log.at(-1) === 'again' ? 'ask' : END), ['ask', END])
      .compile({ checkpointer: new MemorySaver() })
    const thread = newThread()
    const first = idOf(await graph.invoke({}, thread))
    const second = idOf(await graph.invoke(answer(first, 'again'), thread))
    const elsewhere = idOf(await graph.invoke({}, newThread()))
    expect(new Set([first, second, elsewhere, '']).size).toBe(4)
  })

  test('is shared by two questions of one node: why there may be only one', async () => {
    const graph = new StateGraph(State)
      .addNode('ask', () => ({ log: [`${interrupt('delete the draft?')}, ${interrupt('deploy?')}`] }))
      .addEdge(START, 'ask')
      .compile({ checkpointer: new MemorySaver() })
    const thread = newThread()
    const first = await graph.invoke({}, thread)
    const second = await graph.invoke(answer(idOf(first), 'yes'), thread)
    expect(questions(second)[0]?.value).toBe('deploy?')
    expect(idOf(second)).toBe(idOf(first))
  })
})

describe('a resume by id', () => {
  test('goes on from the question; the node is run again from its top', async () => {
    const { graph, runs } = asking()
    const thread = newThread()
    const paused = await graph.invoke({}, thread)
    const done = await graph.invoke(answer(idOf(paused), 'yes'), thread)
    expect(done.log).toEqual(['answered yes'])
    expect(runs()).toBe(2)
    expect((await graph.getState(thread)).next).toEqual([])
  })

  test('done twice, one after the other, changes nothing the second time', async () => {
    const { graph, runs } = asking()
    const thread = newThread()
    const id = idOf(await graph.invoke({}, thread))
    await graph.invoke(answer(id, 'yes'), thread)
    const again = await graph.invoke(answer(id, 'no'), thread)
    expect(again.log).toEqual(['answered yes'])
    expect(runs()).toBe(2)
  })

  test('done twice at once runs the node twice: why a lease guards every run', async () => {
    const effects: unknown[] = []
    const { graph } = asking(async (value) => {
      await new Promise((resolve) => setImmediate(resolve))
      effects.push(value)
    })
    const thread = newThread()
    const id = idOf(await graph.invoke({}, thread))
    await Promise.all([graph.invoke(answer(id, 'Ann'), thread), graph.invoke(answer(id, 'Bob'), thread)])
    expect(effects.sort()).toEqual(['Ann', 'Bob'])
  })

  test('of an unknown id answers nothing and leaves the question open', async () => {
    const { graph } = asking()
    const thread = newThread()
    const id = idOf(await graph.invoke({}, thread))
    const result = await graph.invoke(answer('0'.repeat(32), 'yes'), thread)
    expect(result.log).toEqual([])
    const open = (await graph.getState(thread)).tasks.flatMap((task) => task.interrupts)
    expect(open.map((one) => one.id)).toEqual([id])
  })

  test('needs an object: a bare false is refused', async () => {
    const { graph } = asking()
    const thread = newThread()
    const id = idOf(await graph.invoke({}, thread))
    await expect(graph.invoke(new Command({ resume: false }), thread)).rejects.toThrow(/empty/i)
    const done = await graph.invoke(answer(id, false), thread)
    expect(done.log).toEqual(['answered false'])
  })
})

test('a new input to a paused thread discards the question: why runs are driven with null', async () => {
  const { graph } = asking()
  const thread = newThread()
  const old = idOf(await graph.invoke({ log: ['first'] }, thread))
  const next = await graph.invoke({ log: ['second'] }, thread)
  expect(idOf(next)).not.toBe(old)
  const stale = await graph.invoke(answer(old, 'yes'), thread)
  expect(stale.log).toEqual(['first', 'second'])
})

test('null to a paused thread asks the same question again, under the same id', async () => {
  const { graph } = asking()
  const thread = newThread()
  const id = idOf(await graph.invoke({}, thread))
  await graph.invoke(null, thread)
  const open = (await graph.getState(thread)).tasks.flatMap((task) => task.interrupts)
  expect(open.map((one) => one.id)).toEqual([id])
})

test('a try around a question swallows the pause: why none may stand there', async () => {
  const graph = new StateGraph(State)
    .addNode('ask', () => {
      try {
        return { log: [String(interrupt('go on?'))] }
      } catch {
        return { log: ['swallowed'] }
      }
    })
    .addEdge(START, 'ask')
    .compile({ checkpointer: new MemorySaver() })
  const result = await graph.invoke({}, newThread())
  expect(questions(result)).toEqual([])
  expect(result.log).toEqual(['swallowed'])
})

describe('two nodes sent out at once', () => {
  const fanOut = (b: () => Promise<void>) => {
    const ran: string[] = []
    const graph = new StateGraph(State)
      .addNode('a', async () => {
        ran.push('a')
        return { log: ['a'] }
      })
      .addNode('b', async () => {
        ran.push('b')
        await b()
        return { log: ['b'] }
      })
      .addNode('join', async (state) => {
        ran.push('join')
        return { log: [`join after ${state.log.toSorted().join('')}`] }
      })
      .addConditionalEdges(START, (state) => [new Send('a', state), new Send('b', state)], ['a', 'b'])
      .addEdge(['a', 'b'], 'join')
      .addEdge('join', END)
      .compile({ checkpointer: new MemorySaver() })
    return { graph, ran }
  }

  test('are joined once, after both', async () => {
    const { graph, ran } = fanOut(() => new Promise((resolve) => setImmediate(resolve)))
    const result = await graph.invoke({}, newThread())
    expect(result.log.at(-1)).toBe('join after ab')
    expect(ran.filter((name) => name === 'join')).toHaveLength(1)
  })

  test('and one crashed: null runs that one again, not its finished sibling', async () => {
    let crashed = false
    const { graph, ran } = fanOut(async () => {
      await new Promise((resolve) => setTimeout(resolve, 5))
      if (crashed) return
      crashed = true
      throw new Error('the process died')
    })
    const thread = newThread()
    await expect(graph.invoke({}, { ...thread, durability: 'sync' })).rejects.toThrow('the process died')
    expect((await graph.getState(thread)).next).toContain('b')
    const result = await graph.invoke(null, { ...thread, durability: 'sync' })
    expect(result.log.at(-1)).toBe('join after ab')
    expect(ran).toEqual(['a', 'b', 'b', 'join'])
  })
})

test('after a crash between two nodes, null goes on behind the last that finished', async () => {
  const ran: string[] = []
  let crash = true
  const graph = new StateGraph(State)
    .addNode('first', async () => {
      ran.push('first')
      return { log: ['first'] }
    })
    .addNode('second', async () => {
      ran.push('second')
      if (crash) throw new Error('the process died')
      return { log: ['second'] }
    })
    .addEdge(START, 'first')
    .addEdge('first', 'second')
    .addEdge('second', END)
    .compile({ checkpointer: new MemorySaver() })
  const thread = { ...newThread(), durability: 'sync' as const }
  await expect(graph.invoke({}, thread)).rejects.toThrow()
  crash = false
  expect((await graph.invoke(null, thread)).log).toEqual(['first', 'second'])
  expect(ran).toEqual(['first', 'second', 'second'])
})

test('null to a thread that has ended does nothing: the runner may ask as often as it likes', async () => {
  const { graph, runs } = asking()
  const thread = newThread()
  const id = idOf(await graph.invoke({}, thread))
  await graph.invoke(answer(id, 'yes'), thread)
  await graph.invoke(null, thread)
  expect(runs()).toBe(2)
  expect((await graph.getState(thread)).values.log).toEqual(['answered yes'])
})

test('what stands in configurable as an object reaches the nodes and no checkpoint', async () => {
  const saver = new MemorySaver()
  let seen: unknown
  const graph = new StateGraph(State)
    .addNode('look', (_, config) => {
      seen = config.configurable?.session
      return {}
    })
    .addEdge(START, 'look')
    .compile({ checkpointer: saver })
  const session = { secret: 'lease token' }
  const { configurable } = newThread()
  await graph.invoke({}, { configurable: { ...configurable, session } })
  expect(seen).toBe(session)
  const checkpoints = []
  for await (const one of saver.list({ configurable })) checkpoints.push(one)
  const kept = JSON.stringify(checkpoints)
  expect(kept).toContain(configurable.thread_id)
  expect(kept).not.toContain('lease token')
})
