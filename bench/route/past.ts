import type { Sql } from 'postgres'

export const WORK_TYPE = 'implement'
export const AGENT_TYPE = 'code'

/** Workers with a record in every work type; a tenth of them has something in hand. */
export const employ = async (sql: Sql, workers: number): Promise<void> => {
  await sql`truncate agent_registry, agent_performance, routing_decisions, tasks cascade`
  await sql`
    insert into agent_registry (
      name, process_id, agent_type, pool_name, capabilities, specializations, status, last_heartbeat_at, last_active_at
    )
    select 'machine-' || n || '.code', 'process-' || n, ${AGENT_TYPE}, 'pool-' || n % 10,
      '{implement,repair,run_tests}', case when n % 5 = 0 then array['implement'] else '{}' end, 'online', now(),
      now() - n % 997 * interval '1 minute'
    from generate_series(1, ${workers}::integer) n`
  await sql`
    insert into agent_performance (
      agent_id, work_type, success_count, failure_count, total_duration_ms, last_execution_at
    )
    select agent_id, work_type, 5 + random() * 50, random() * 20, 60000, now() - random() * interval '2 days'
    from agent_registry, unnest(capabilities) work_type`
  await decide(sql, Math.ceil(workers / 10), 'running')
}

/** Adds decisions that were made in the last 90 days, spread over all workers. */
export const decide = async (
  sql: Sql,
  decisions: number,
  outcome: 'succeeded' | 'running',
): Promise<void> => {
  await sql`
    insert into routing_decisions (
      work_type, agent_type, agent_pool, selected_agent_id, selected_agent_name, score, success_points, context_points,
      specialization_points, load_points, reason, outcome, created_at, finished_at, duration_ms
    )
    select w.capabilities[1 + n % 3], ${AGENT_TYPE}, w.pool_name, w.agent_id, w.name, 70, 30, 30, 0, 10,
      'as it was then', ${outcome}, moment, case when ${outcome} = 'succeeded' then moment end, 60000
    from generate_series(1, ${decisions}::integer) n
    join (select *, row_number() over () - 1 as place from agent_registry) w
      on w.place = n % (select count(*) from agent_registry)
    cross join lateral (
      select now() - random() * case when ${outcome} = 'succeeded' then interval '90 days' else interval '50 minutes' end as moment
    ) at`
}

/** What a database that was there for a while has done by itself. */
export const settle = async (sql: Sql): Promise<void> => {
  await sql`vacuum analyze agent_registry, agent_performance, routing_decisions, tasks`
  await sql`checkpoint`
}
