import { sql } from 'drizzle-orm'
import type { Executor } from '../../db/client.ts'
import { agents, modelCalls } from '../../db/schema/index.ts'
import { nearest } from '../../nearest.ts'
import { unknownAgent } from '../agents/agents.ts'

const CHOICES_MAX = 30

/**
 * Costs can be asked of an agent that is there, in whatever project, and of one that is gone and left calls behind.
 * @throws AppError not_found that lists the names there are, the likely one first.
 */
export const requireCaller = async (db: Executor, name: string): Promise<void> => {
  const there = await db.selectDistinct({ name: agents.name }).from(agents).orderBy(agents.name)
  const names = there.map((agent) => agent.name)
  const lower = name.toLowerCase()
  if (names.some((one) => one.toLowerCase() === lower)) return
  const [call] = await db
    .select({ id: modelCalls.id })
    .from(modelCalls)
    .where(sql`lower(${modelCalls.agent}) = lower(${name})`)
    .limit(1)
  if (call) return
  const meant = nearest(name, names)
  throw unknownAgent(name, [...new Set(meant ? [meant, ...names] : names)].slice(0, CHOICES_MAX))
}
