import { sql } from 'drizzle-orm'
import type { Executor } from '../../db/client.ts'
import type { ScoreParts, WorkerType, WorkType } from '../../db/shapes/task.ts'

/** Why a worker is no candidate: it is away, takes nothing new, does no such work, or has all it takes at once. */
export type Obstacle = 'offline' | 'draining' | 'incapable' | 'full'

export interface ScoredWorker {
  id: string
  name: string
  poolName: string
  /** Undefined for a candidate. */
  obstacle: Obstacle | undefined
  score: number
  parts: ScoreParts
  /** Pending and running decisions of the last hour. */
  load: number
  executions: number
  /** 0 to 100; undefined with too few executions to say. */
  successRatePercent: number | undefined
  recentContext: boolean
  specialist: boolean
}

/** Every worker of a type with its score for a work type, in the order the router would take them. Decides nothing. */
export const scoreCandidates = async (
  db: Executor,
  { agentType, workType }: { agentType: WorkerType; workType: WorkType },
): Promise<ScoredWorker[]> => {
  const rows = await db.execute<ScoreRow>(sql`
    select * from score_workers(${agentType}, ${workType}, clock_timestamp())
    order by obstacle is not null, score desc, load, idle_since nulls first, worker_id`)
  return rows.map((row) => ({
    id: row.worker_id,
    name: row.worker_name,
    poolName: row.worker_pool,
    obstacle: row.obstacle ?? undefined,
    score: row.score,
    parts: {
      success: row.success_points,
      context: row.context_points,
      specialization: row.specialization_points,
      load: row.load_points,
    },
    load: row.load,
    executions: row.executions,
    successRatePercent: row.rate_percent ?? undefined,
    recentContext: row.recent,
    specialist: row.specialist,
  }))
}

interface ScoreRow extends Record<string, unknown> {
  worker_id: string
  worker_name: string
  worker_pool: string
  obstacle: Obstacle | null
  executions: number
  rate_percent: number | null
  recent: boolean
  specialist: boolean
  load: number
  success_points: number
  context_points: number
  specialization_points: number
  load_points: number
  score: number
}
