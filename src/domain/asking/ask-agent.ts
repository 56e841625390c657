import { z } from 'zod'
import { MINUTE_MS } from '../../clock.ts'
import type { Transaction } from '../../db/client.ts'
import type { Lang } from '../../db/schema/users.ts'
import type { Agent } from '../agents/agents.ts'
import type { Project } from '../projects/projects.ts'
import { createTask, type Task } from '../tasks/tasks.ts'
import { requirePermission } from '../users/permissions.ts'
import type { Person } from '../users/person.ts'

/** What the handler of the work type `answer` reads. */
export const answerInput = z.object({
  question: z.string(),
  asked: z.enum(['direct', 'orchestrated']),
  lang: z.enum(['en', 'ru']),
  /** The question whose answer this one replies to. */
  followUpOf: z.string().optional(),
  /** Who chose the agent, once somebody has. */
  chosenBy: z.string().optional(),
})
export type AnswerInput = z.infer<typeof answerInput>

/** An answer; or why nobody answered, which is no worker's failure: key and args of a text in bots/locales. */
export const answerResult = z.union([
  z.object({ markdown: z.string() }),
  z.object({
    refusal: z.object({ key: z.string(), args: z.record(z.string(), z.union([z.string(), z.number()])) }),
  }),
])

export interface Asking {
  /** The inbox row that asks: done again, it finds the same question. */
  inboxId: string
  question: string
  person: Person
  /** To answer in. */
  lang: Lang
  conversationId: string
  project?: Project | undefined
  /** Whom; without one the project's orchestrator chooses. */
  agent?: Agent | undefined
  followUpOf?: string | undefined
}

/** For reading a repository and a few calls of a model. */
const ANSWER_TIMEOUT_MS = 5 * MINUTE_MS
const TITLE_CHARS = 80

/**
 * A question to an agent, as a task for whichever worker the router finds. Wake the dispatcher once the transaction
 * has committed.
 * @throws AppError forbidden.
 */
export const askAgent = async (tx: Transaction, asking: Asking): Promise<Task> => {
  const { inboxId, question, person, lang, conversationId, project, agent, followUpOf } = asking
  requirePermission(person, 'agents.ask')
  const input: AnswerInput = {
    question,
    asked: agent ? 'direct' : 'orchestrated',
    lang,
    ...(followUpOf && { followUpOf }),
  }
  const { task } = await createTask(tx, {
    originKey: `ask:${inboxId}`,
    workType: 'answer',
    title: titleOf(question),
    input,
    ...(project && { projectId: project.id }),
    conversationId,
    requestedBy: person.id,
    ...(agent && { agent: { id: agent.id, name: agent.name, reason: followUpOf ? 'reply' : 'addressed' } }),
    timeoutMs: ANSWER_TIMEOUT_MS,
  })
  return task
}

const titleOf = (question: string): string => {
  const characters = [...question.replace(/\s+/g, ' ')]
  return characters.length <= TITLE_CHARS
    ? characters.join('')
    : `${characters.slice(0, TITLE_CHARS - 1).join('')}…`
}
