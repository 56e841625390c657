import { AIMessage, type BaseMessage, HumanMessage, ToolMessage } from '@langchain/core/messages'
import { START, StateGraph } from '@langchain/langgraph'
import { describe, expect, test } from 'vitest'
import { createDeliveryGraph } from '../../src/graph/delivery.ts'
import { createPoGraph } from '../../src/graph/po.ts'
import {
  checked,
  DeliveryChannels,
  type DeliveryState,
  deliveryState,
  PoChannels,
  poState,
  REMEMBERED_MESSAGES,
} from '../../src/graph/state.ts'

const ID = '0198c0de-0000-7000-8000-000000000001'
const state: DeliveryState = {
  runId: ID,
  projectId: ID,
  kind: 'new_project',
  lang: 'en',
  wishes: ['a thing'],
}

const node = (update: unknown) =>
  checked<DeliveryState, undefined>(deliveryState, 'tester', async () => update as Partial<DeliveryState>)

describe('the state of a run', () => {
  test('takes what it knows', async () => {
    const update = { tests: { ok: true, passed: 3, failed: 0, output: '' }, problem: undefined }
    await expect(node(update)(state, undefined)).resolves.toEqual(update)
  })

  test.each([
    ['a key it does not know', { testz: 1 }, /^update of tester is not valid: .*testz/],
    [
      'an unknown key further in',
      { engineering: { status: 'idle', task: 0, round: 0, mood: 'good' } },
      /^update of tester .*engineering: .*mood/,
    ],
    [
      'a bad value',
      { engineering: { status: 'tired', task: 0, round: 0 } },
      /^update of tester .*engineering\.status: /,
    ],
    ['half a value', { tests: { ok: true } }, /^update of tester .*tests\.passed: .*tests\.failed: /],
    [
      'a number that is not whole',
      { engineering: { status: 'idle', task: 0.5, round: 0 } },
      /engineering\.task: /,
    ],
    ['no object at all', 'done', /^update of tester is not valid: \(root\): /],
  ])('refuses %s, naming node and key', async (_, update, problem) => {
    await expect(node(update)(state, undefined)).rejects.toMatchObject({
      code: 'internal',
      message: expect.stringMatching(problem),
    })
  })

  test('is checked on the way in as well, and the node does not run', async () => {
    let ran = false
    const inner = checked<DeliveryState, undefined>(deliveryState, 'deploy', async () => {
      ran = true
      return {}
    })
    await expect(inner({ ...state, kind: 'destroy' } as never, undefined)).rejects.toThrow(
      /^state before deploy is not valid: kind: /,
    )
    await expect(inner({ ...state, extra: 1 } as never, undefined)).rejects.toThrow(
      /^state before deploy .*extra/,
    )
    expect(ran).toBe(false)
  })

  test('has a channel for every key of its schema, and the other way round', () => {
    expect(Object.keys(DeliveryChannels.spec).sort()).toEqual(Object.keys(deliveryState.shape).sort())
    expect(Object.keys(PoChannels.spec).sort()).toEqual(Object.keys(poState.shape).sort())
  })

  test('is checked by every node of both graphs', async () => {
    const deps = {} as never
    for (const graph of [createDeliveryGraph(deps, false as never), createPoGraph(deps, false as never)])
      for (const [name, one] of Object.entries(graph.nodes))
        if (name !== '__start__')
          await expect(one.bound.invoke({ nonsense: true } as never), name).rejects.toThrow(
            new RegExp(`^state before ${name} is not valid: `),
          )
  })
})

describe('the memory of a conversation', () => {
  const remembered = async (before: BaseMessage[], update: BaseMessage[]): Promise<BaseMessage[]> => {
    const graph = new StateGraph(PoChannels)
      .addNode('say', () => ({ messages: update }))
      .addEdge(START, 'say')
      .compile()
    return (await graph.invoke({ turnId: ID, rounds: 0, messages: before })).messages
  }

  test('begins with a word of a person, however much was forgotten', async () => {
    const rounds = Array.from({ length: 30 }, (_, n) => [
      new HumanMessage({ id: `h${n}`, content: `question ${n}` }),
      new AIMessage({
        id: `c${n}`,
        content: '',
        tool_calls: [{ type: 'tool_call', id: `t${n}`, name: 'list_projects', args: {} }],
      }),
      new ToolMessage({ id: `r${n}`, tool_call_id: `t${n}`, content: 'none' }),
      new AIMessage({ id: `a${n}`, content: `answer ${n}` }),
    ]).flat()
    const kept = await remembered([], rounds)
    expect(kept.length).toBeLessThanOrEqual(REMEMBERED_MESSAGES)
    expect(kept[0]?.getType()).toBe('human')
    expect(kept.at(-1)?.text).toBe('answer 29')
  })

  test('keeps a text that was sent twice once', async () => {
    const said = new HumanMessage({ id: 'inbox-1', content: 'hello' })
    expect(await remembered([said], [said])).toHaveLength(1)
  })
})
