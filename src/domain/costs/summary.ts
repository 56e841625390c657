import { type SQL, sql } from 'drizzle-orm'
import type { Executor } from '../../db/client.ts'
import { type Period, slotsOf } from './period.ts'

export const COST_SCOPES = ['project', 'agent', 'user'] as const
export type CostScope = (typeof COST_SCOPES)[number]

/** Which calls count. A project and a person by id, an agent by its name, in one project where that is told, too. */
export interface CostFilter {
  projectId?: string
  userId?: string
  agent?: string
}

export interface CostSums {
  calls: number
  inputTokens: number
  outputTokens: number
  /** US dollars: what the endpoint said, else the agent's `cost_per_call`. */
  cost: number
}

export interface CostLine extends CostSums {
  /** Of the project, agent or person; null where a call belongs to none. */
  name: string | null
  /** The models that were called, by name. */
  models: string[]
}

export interface CostSummary {
  total: CostSums
  lines: CostLine[]
}

/** What was used in a period, by project, agent or person, dearest first (G-12). */
export const costSummary = async (
  db: Executor,
  { period, by, filter = {} }: { period: Period; by: CostScope; filter?: CostFilter },
): Promise<CostSummary> => {
  const { key, name } = GROUPS[by]
  const rows = await db.execute<CostRow>(sql`
    select min(${name}) as name, array_agg(distinct m.model order by m.model) as models, count(*)::int as calls,
      coalesce(sum(m.input_tokens), 0)::float8 as input_tokens,
      coalesce(sum(m.output_tokens), 0)::float8 as output_tokens,
      coalesce(sum(m.cost), 0)::float8 as cost
    ${callsOf(period, filter)}
    group by ${key}
    order by cost desc, calls desc, name`)
  const lines = rows.map(({ input_tokens, output_tokens, ...row }) => ({
    ...row,
    inputTokens: input_tokens,
    outputTokens: output_tokens,
  }))
  return { lines, total: lines.reduce(added, NOTHING) }
}

/** What each hour or day of the period cost, also where that is nothing. */
export const costsOverTime = async (
  db: Executor,
  { period, filter = {} }: { period: Period; filter?: CostFilter },
): Promise<{ at: Date; cost: number }[]> => {
  const rows = await db.execute<{ at: string; cost: number }>(sql`
    select to_char(date_trunc(${period.unit}, m.at at time zone 'UTC'), 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at,
      sum(m.cost)::float8 as cost
    ${callsOf(period, filter)}
    group by 1`)
  const costs = new Map(rows.map(({ at, cost }) => [at, cost]))
  return slotsOf(period).map((at) => ({ at, cost: costs.get(at.toISOString()) ?? 0 }))
}

interface CostRow extends Record<string, unknown> {
  name: string | null
  models: string[]
  calls: number
  input_tokens: number
  output_tokens: number
  cost: number
}

/** A call of a run belongs to whoever asked for the run. */
const PERSON = sql`coalesce(m.user_id, r.requested_by)`

const GROUPS: Record<CostScope, { key: SQL; name: SQL }> = {
  project: { key: sql`m.project_id`, name: sql`p.name` },
  agent: { key: sql`m.agent`, name: sql`m.agent` },
  user: { key: PERSON, name: sql`u.name` },
}

const callsOf = ({ from, to }: Period, { projectId, userId, agent }: CostFilter): SQL => sql`
  from model_calls m
  left join runs r on r.id = m.run_id
  left join projects p on p.id = m.project_id
  left join users u on u.id = ${PERSON}
  where m.at >= ${from.toISOString()}::timestamptz and m.at < ${to.toISOString()}::timestamptz
  ${projectId ? sql`and m.project_id = ${projectId}` : sql``}
  ${userId ? sql`and ${PERSON} = ${userId}` : sql``}
  ${agent ? sql`and lower(m.agent) = lower(${agent})` : sql``}`

const NOTHING: CostSums = { calls: 0, inputTokens: 0, outputTokens: 0, cost: 0 }

const added = (sum: CostSums, line: CostSums): CostSums => ({
  calls: sum.calls + line.calls,
  inputTokens: sum.inputTokens + line.inputTokens,
  outputTokens: sum.outputTokens + line.outputTokens,
  cost: sum.cost + line.cost,
})
