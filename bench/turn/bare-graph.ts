import { HumanMessage } from '@langchain/core/messages'
import { END, MessagesAnnotation, START, StateGraph } from '@langchain/langgraph'
import { createCheckpointer } from '../../src/graph/checkpointer.ts'
import type { BenchContext } from '../bench.ts'
import { InstantModel } from './models.ts'

/**
 * What a turn is compared with: two nodes, the same model, the same checkpointer and durability, and nothing
 * around it. @returns one turn of a thread, in milliseconds.
 */
export const createBareGraph = ({ cleanup }: BenchContext, databaseUrl: string) => {
  const { saver, close } = createCheckpointer(databaseUrl)
  cleanup.defer(close)
  const model = new InstantModel({})
  const graph = new StateGraph(MessagesAnnotation)
    .addNode('answer', async ({ messages }) => ({ messages: [await model.invoke(messages)] }))
    .addNode('look_again', async () => ({}))
    .addEdge(START, 'answer')
    .addEdge('answer', 'look_again')
    .addEdge('look_again', END)
    .compile({ checkpointer: saver })
  return async (thread: string, text: string): Promise<number> => {
    const startedAt = performance.now()
    const config = { configurable: { thread_id: thread }, durability: 'sync' as const }
    await graph.invoke({ messages: [new HumanMessage(text)] }, config)
    return performance.now() - startedAt
  }
}
