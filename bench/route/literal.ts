import type { Sql } from 'postgres'
import { AGENT_TYPE, WORK_TYPE } from './past.ts'

/** Anything that has a record, with how it is doing. */
interface Scored {
  id: string
  name: string
  pool: string
  score: number
  rate: number
  recent: boolean
  specialist: boolean
}

/**
 * The algorithm as it is first written down: find the candidates, ask for each of them what it did lately, how well
 * it does and what it has in hand, take the best, write it down. Same rules, same indexes, one connection; and two of
 * them at once would choose the same worker.
 */
export const routeLiterally = async (sql: Sql, taskId: string): Promise<void> => {
  const candidates = await sql<{ id: string; name: string; pool: string; specialist: boolean }[]>`
    select agent_id as id, name, pool_name as pool, ${WORK_TYPE} = any(specializations) as specialist
    from agent_registry
    where agent_type = ${AGENT_TYPE} and status = 'online' and ${WORK_TYPE} = any(capabilities)`
  let best: Scored | undefined
  for (const candidate of candidates) {
    const recent = await hasRecentContext(sql, candidate.id)
    const rate = await successRate(sql, candidate.id)
    const load = await estimateLoad(sql, candidate.id)
    const score = 40 * rate + (recent ? 30 : 0) + (candidate.specialist ? 20 : 0) + 10 * (1 - load / 10)
    if (!best || score > best.score) best = { ...candidate, score, rate, recent }
  }
  if (!best) throw new Error('no worker')
  await sql`
    insert into routing_decisions (
      task_id, work_type, agent_type, agent_pool, selected_agent_id, selected_agent_name, score, success_points,
      context_points, specialization_points, load_points, success_rate_percent, specialization_match,
      recent_context_match, reason
    )
    values (
      ${taskId}, ${WORK_TYPE}, ${AGENT_TYPE}, ${best.pool}, ${best.id}, ${best.name}, ${best.score}, 0, 0, 0, 0,
      ${Math.round(best.rate * 100)}, ${best.specialist}, ${best.recent}, 'the best score'
    )`
}

const hasRecentContext = async (sql: Sql, id: string): Promise<boolean> => {
  const found = await sql`
    select 1 from routing_decisions
    where selected_agent_id = ${id} and work_type = ${WORK_TYPE} and created_at > now() - interval '4 hours' limit 1`
  return found.length > 0
}

const successRate = async (sql: Sql, id: string): Promise<number> => {
  const [row] = await sql<{ successes: number; failures: number }[]>`
    select success_count as successes, failure_count as failures from agent_performance
    where agent_id = ${id} and work_type = ${WORK_TYPE}`
  const executions = row ? row.successes + row.failures : 0
  return row && executions > 10 ? row.successes / executions : 0.5
}

const estimateLoad = async (sql: Sql, id: string): Promise<number> => {
  const [row] = await sql<{ load: number }[]>`
    select count(*)::integer as load from routing_decisions
    where selected_agent_id = ${id} and created_at > now() - interval '1 hour' and outcome in ('pending', 'running')`
  return Math.min(row?.load ?? 0, 10)
}
