import { AIMessage, type BaseMessage, HumanMessage, ToolMessage } from '@langchain/core/messages'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readableHistory } from '../../../src/graph/nodes/history.ts'
import { calling } from './kit.ts'

describe('the history a model reads', () => {
  test('holds no call without its result, and no result without its call', () => {
    const stopped = calling('a', 'b')
    const half = new ToolMessage({ tool_call_id: 'id0', content: 'only the first' })
    const history = readableHistory([new HumanMessage('hi'), stopped, half, new HumanMessage('again')])
    expect(history.map((one) => one.text)).toEqual(['hi', 'again'])
  })

  test('holds no empty answers', () => {
    const history = readableHistory([new HumanMessage('hi'), new AIMessage(''), new HumanMessage('again')])
    expect(history.map((one) => one.getType())).toEqual(['human', 'human'])
  })

  test('is one that endpoints accept, whatever was cut off', () => {
    const message = fc.oneof(
      fc.string().map((text): BaseMessage => new HumanMessage(text)),
      fc.tuple(fc.string(), fc.uniqueArray(fc.constantFrom('id0', 'id1', 'id2'))).map(
        ([content, ids]): BaseMessage =>
          new AIMessage({
            content,
            tool_calls: ids.map((id) => ({ type: 'tool_call', id, name: 't', args: {} })),
          }),
      ),
      fc
        .constantFrom('id0', 'id1', 'id2')
        .map((id): BaseMessage => new ToolMessage({ tool_call_id: id, content: id })),
    )
    fc.assert(
      fc.property(fc.array(message, { maxLength: 12 }), (messages) => {
        const history = readableHistory(messages)
        const open = new Set<string>()
        for (const one of history) {
          if (ToolMessage.isInstance(one)) expect(open.delete(one.tool_call_id)).toBe(true)
          else {
            expect([...open]).toEqual([])
            if (AIMessage.isInstance(one)) for (const { id } of one.tool_calls ?? []) open.add(id ?? '')
          }
        }
        expect([...open]).toEqual([])
      }),
    )
  })

  test('of very long work keeps the newest whole and shortens what tools said before', () => {
    const round = (n: number) => [
      new AIMessage({
        content: '',
        tool_calls: [
          {
            type: 'tool_call',
            id: `w${n}`,
            name: 'write_file',
            args: { path: `f${n}`, content: 'c'.repeat(20_000) },
          },
        ],
      }),
      new ToolMessage({ tool_call_id: `w${n}`, content: 'r'.repeat(20_000) }),
    ]
    const messages = [new HumanMessage('the task'), ...Array.from({ length: 60 }, (_, n) => round(n)).flat()]
    const history = readableHistory(messages)
    expect(history).toHaveLength(messages.length)
    expect(JSON.stringify(history).length).toBeLessThan(600_000)
    expect(history[0]?.text).toBe('the task')
    expect(history.at(-1)).toBe(messages.at(-1))
    expect(history[2]?.text).toContain('[left out: 19600 more characters]')
    expect((history[1] as AIMessage).tool_calls?.[0]?.args.path).toBe('f0')
  })
})
