import type { Executor } from '../../db/client.ts'
import { WORK_TYPES } from '../../db/shapes/task.ts'
import { agentLabel, resolveAgent } from '../../domain/agents/address.ts'
import type { DecisionFilter } from '../../domain/routing/history.ts'
import { findWorker } from '../../domain/routing/workers.ts'
import { AppError } from '../../errors.ts'

export interface NamedFilter {
  /** The same filter wherever it is said: with the project's name where that matters. */
  label: string
  filter: DecisionFilter
}

/**
 * What decisions are to be about: a kind of work, a worker, or an agent, by name.
 * @param projectId where an agent's name is looked for before the system's.
 * @returns undefined for the name of nothing.
 */
export const decisionFilter = async (
  db: Executor,
  word: string,
  { projectId }: { projectId?: string } = {},
): Promise<NamedFilter | undefined> => {
  const workType = word.toLowerCase().replaceAll('-', '_')
  if (workType in WORK_TYPES) return { label: workType, filter: { workType } }
  const worker = await findWorker(db, word)
  if (worker) return { label: worker.name, filter: { agent: worker.agentId } }
  try {
    const agent = await resolveAgent(db, word, { ...(projectId && { projectId }) })
    return { label: await agentLabel(db, agent), filter: { agent: agent.id } }
  } catch (error) {
    if (error instanceof AppError && error.code === 'not_found') return undefined
    throw error
  }
}
