import { and, desc, eq, gte, lt, or } from 'drizzle-orm'
import { MINUTE_MS } from '../../clock.ts'
import type { Executor } from '../../db/client.ts'
import { tasks } from '../../db/schema/index.ts'
import type { Task } from '../tasks/tasks.ts'
import { answerInput, answerResult } from './ask-agent.ts'

export interface Exchange {
  question: string
  answer: string
}

/** What was said longer ago is another conversation, unless it is replied to. */
const SAME_TALK_MS = 60 * MINUTE_MS
const EXCHANGES_MAX = 5

/**
 * What this agent was last asked in this conversation and answered, oldest first; the answer replied to among it, also
 * when that stands outside of this thread.
 */
export const lastExchanges = async (
  db: Executor,
  {
    conversationId,
    agentId,
    createdAt,
    input,
  }: Pick<Task, 'conversationId' | 'agentId' | 'createdAt' | 'input'>,
): Promise<Exchange[]> => {
  if (!conversationId || !agentId) return []
  const { followUpOf } = answerInput.parse(input)
  const sameTalk = and(
    eq(tasks.conversationId, conversationId),
    gte(tasks.createdAt, new Date(createdAt.getTime() - SAME_TALK_MS)),
  )
  const rows = await db
    .select({ id: tasks.id, input: tasks.input, result: tasks.result })
    .from(tasks)
    .where(
      and(
        eq(tasks.agentId, agentId),
        eq(tasks.workType, 'answer'),
        eq(tasks.state, 'succeeded'),
        lt(tasks.createdAt, createdAt),
        followUpOf ? or(sameTalk, eq(tasks.id, followUpOf)) : sameTalk,
      ),
    )
    .orderBy(desc(tasks.createdAt))
    .limit(EXCHANGES_MAX)
  return rows.reverse().flatMap((row) => {
    const result = answerResult.parse(row.result)
    return 'markdown' in result
      ? [{ question: answerInput.parse(row.input).question, answer: result.markdown }]
      : []
  })
}
