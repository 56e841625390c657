-- The one place that knows the weights (R-4): the four parts of a score.
CREATE FUNCTION "score_parts"(executions integer, successes integer, recent boolean, specialist boolean, load integer)
RETURNS TABLE (
  success_points float8, context_points float8, specialization_points float8, load_points float8
)
LANGUAGE sql IMMUTABLE AS $$
  SELECT
    CASE WHEN executions > 10 THEN 40 * successes::float8 / executions ELSE 20::float8 END,
    CASE WHEN recent THEN 30::float8 ELSE 0::float8 END,
    CASE WHEN specialist THEN 20::float8 ELSE 0::float8 END,
    10 - least(load, 10)::float8
$$;
--> statement-breakpoint
-- Every worker of a type: what stands in its way for a work type (null: nothing, it is a candidate), the facts its
-- score comes from, and the score. A plain query, so that Postgres plans it together with whatever asks.
CREATE FUNCTION "rank_workers"(wanted_type text, wanted_work text, as_of timestamptz)
RETURNS TABLE (
  worker_id uuid, idle_since timestamptz, obstacle text, executions integer, successes integer, recent boolean,
  specialist boolean, in_hand integer, load integer, score float8
)
LANGUAGE sql STABLE AS $$
  SELECT
    w.agent_id, w.last_active_at,
    CASE
      WHEN w.status = 'offline' THEN 'offline'
      WHEN w.draining THEN 'draining'
      WHEN NOT wanted_work = ANY (w.capabilities) THEN 'incapable'
      WHEN fact.in_hand >= w.concurrency_limit THEN 'full'
    END,
    fact.executions, p.success_count, fact.recent, fact.specialist, fact.in_hand, fact.load,
    part.success_points + part.context_points + part.specialization_points + part.load_points
  FROM agent_registry w
  LEFT JOIN agent_performance p ON p.agent_id = w.agent_id AND p.work_type = wanted_work
  LEFT JOIN (
    SELECT d.selected_agent_id, count(*)::integer AS in_hand,
      count(*) FILTER (WHERE d.created_at > as_of - interval '1 hour')::integer AS load
    FROM routing_decisions d
    WHERE d.outcome IN ('pending', 'running')
    GROUP BY d.selected_agent_id
  ) held ON held.selected_agent_id = w.agent_id
  CROSS JOIN LATERAL (
    SELECT
      coalesce(p.success_count + p.failure_count, 0) AS executions,
      coalesce(p.last_execution_at > as_of - interval '4 hours', false) AS recent,
      wanted_work = ANY (w.specializations) AS specialist,
      coalesce(held.in_hand, 0) AS in_hand,
      coalesce(held.load, 0) AS load
  ) fact
  CROSS JOIN LATERAL score_parts(fact.executions, p.success_count, fact.recent, fact.specialist, fact.load) part
  WHERE w.agent_type = wanted_type
  OFFSET 0 -- whoever asks for candidates alone: Postgres would take them to be few, and look the others up one by one
$$;
--> statement-breakpoint
-- As above, with all there is to tell of each: for whoever wants to see every worker of a type.
CREATE FUNCTION "score_workers"(wanted_type text, wanted_work text, as_of timestamptz)
RETURNS TABLE (
  worker_id uuid, worker_name text, worker_pool text, idle_since timestamptz, at_once integer,
  obstacle text, executions integer, rate_percent integer, recent boolean, specialist boolean,
  in_hand integer, load integer,
  success_points float8, context_points float8, specialization_points float8, load_points float8, score float8
)
LANGUAGE sql STABLE AS $$
  SELECT
    r.worker_id, w.name, w.pool_name, r.idle_since, w.concurrency_limit, r.obstacle, r.executions,
    CASE WHEN r.executions > 10 THEN floor(100 * r.successes::float8 / r.executions + 0.5)::integer END,
    r.recent, r.specialist, r.in_hand, r.load,
    part.success_points, part.context_points, part.specialization_points, part.load_points, r.score
  FROM rank_workers(wanted_type, wanted_work, as_of) r
  JOIN agent_registry w ON w.agent_id = r.worker_id
  CROSS JOIN LATERAL score_parts(r.executions, r.successes, r.recent, r.specialist, r.load) part
$$;
--> statement-breakpoint
-- Chooses a worker for a task and writes the decision (R-3 to R-6). All are ranked, and only the best are described.
-- Nothing comes back when there is no candidate, when the task is over, or when this is not its next attempt; a decision
-- that is still open comes back as it is.
--
-- Decisions about one type of worker wait for each other here, each for a millisecond or so: a statement that begins
-- after the lock sees what was decided before it, so that many at once spread over equal workers.
CREATE FUNCTION "route_task"(wanted_task uuid, next_attempt integer) RETURNS SETOF routing_decisions
LANGUAGE plpgsql AS $$
DECLARE
  task tasks;
  attempts integer;
  tried uuid[];
  as_of timestamptz;
BEGIN
  SELECT * INTO task FROM tasks WHERE id = wanted_task FOR NO KEY UPDATE;
  IF NOT FOUND OR task.state NOT IN ('waiting', 'routed') THEN RETURN; END IF;

  RETURN QUERY
    SELECT * FROM routing_decisions WHERE task_id = wanted_task AND outcome IN ('pending', 'running');
  IF FOUND THEN RETURN; END IF;
  SELECT count(*), coalesce(array_agg(selected_agent_id), '{}') INTO attempts, tried
    FROM routing_decisions WHERE task_id = wanted_task;
  IF next_attempt <> attempts + 1 THEN RETURN; END IF;

  PERFORM pg_advisory_xact_lock(721034402, hashtext(task.agent_type));
  -- An agent's tasks may need workers of several types. Always taken after the type's, so nobody waits in a circle.
  IF task.agent_id IS NOT NULL THEN
    PERFORM pg_advisory_xact_lock(721034403, hashtext(task.agent_id::text));
  END IF;
  as_of := clock_timestamp();
  -- An agent has no more tasks at once than its config says (A-3), whatever worker has room.
  -- Looked for among the open decisions, which are few, and never among all that the agent ever had.
  IF (
    SELECT count(*) FILTER (WHERE performed_by = task.agent_id)
      >= (SELECT (config->>'concurrency_limit')::integer FROM agents WHERE id = task.agent_id)
    FROM routing_decisions
    WHERE outcome IN ('pending', 'running')
  ) THEN RETURN; END IF;

  RETURN QUERY
    WITH best AS MATERIALIZED (
      SELECT *, worker_id = ANY (tried) AS again
      FROM rank_workers(task.agent_type, task.work_type, as_of)
      WHERE obstacle IS NULL
      ORDER BY again, score DESC, load, idle_since NULLS FIRST, worker_id
      LIMIT 6
    ),
    candidate AS (
      SELECT
        row_number() OVER (ORDER BY b.again, b.score DESC, b.load, b.idle_since NULLS FIRST, b.worker_id) AS place,
        b.*, part.*, w.name AS worker_name, w.pool_name AS worker_pool, w.concurrency_limit,
        CASE WHEN b.executions > 10 THEN floor(100 * b.successes::float8 / b.executions + 0.5)::integer END AS rate_percent
      FROM best b
      JOIN agent_registry w ON w.agent_id = b.worker_id
      CROSS JOIN LATERAL score_parts(b.executions, b.successes, b.recent, b.specialist, b.load) part
    ),
    chosen AS (SELECT * FROM candidate WHERE place = 1),
    decision AS (
      INSERT INTO routing_decisions (
        task_id, work_type, agent_type, agent_pool, selected_agent_id, selected_agent_name, performed_by,
        performed_by_name, score, success_points, context_points, specialization_points, load_points, runners_up,
        success_rate_percent, specialization_match, recent_context_match, attempt, retried, reason, created_at,
        deadline_at
      )
      SELECT
        task.id, task.work_type, task.agent_type, c.worker_pool, c.worker_id, c.worker_name, task.agent_id,
        task.agent_name, c.score, c.success_points, c.context_points, c.specialization_points, c.load_points,
        others.runners_up, c.rate_percent, c.specialist, c.recent, next_attempt, next_attempt > 1,
        format(
          '%s has %s of 100 points for %s: success %s of 40 (%s), recent context %s of 30, specialization %s of 20, load %s of 10 (%s in hand).',
          c.worker_name, trim_scale(round(c.score::numeric, 1)), task.work_type,
          trim_scale(round(c.success_points::numeric, 1)),
          CASE
            WHEN c.rate_percent IS NULL THEN format('half, as %s executions are too few to tell', c.executions)
            ELSE format('%s%% of %s executions', c.rate_percent, c.executions)
          END,
          c.context_points, c.specialization_points, c.load_points, c.load
        )
        || CASE
          WHEN others.next_name IS NULL THEN ' Nobody else could do it.'
          ELSE format(' Next: %s with %s.', others.next_name, trim_scale(round(others.next_score::numeric, 1)))
        END
        || CASE
          WHEN c.again THEN format(' Attempt %s, and nobody is left who has not tried it.', next_attempt)
          WHEN next_attempt > 1 THEN format(' Attempt %s: who has not tried it comes first.', next_attempt)
          ELSE ''
        END,
        as_of, as_of + make_interval(secs => task.timeout_ms / 1000.0)
      FROM chosen c
      CROSS JOIN LATERAL (
        SELECT
          coalesce(jsonb_agg(jsonb_build_object(
            'id', o.worker_id, 'name', o.worker_name, 'score', o.score, 'load', o.load,
            'parts', jsonb_build_object(
              'success', o.success_points, 'context', o.context_points,
              'specialization', o.specialization_points, 'load', o.load_points
            )
          ) ORDER BY o.place), '[]') AS runners_up,
          min(o.worker_name) FILTER (WHERE o.place = 2) AS next_name,
          min(o.score) FILTER (WHERE o.place = 2) AS next_score
        FROM candidate o
        WHERE o.place > 1
      ) others
      RETURNING *
    ),
    routed AS (
      UPDATE tasks SET state = 'routed' FROM decision WHERE tasks.id = decision.task_id AND tasks.state <> 'routed'
    ),
    filled AS (
      UPDATE agent_registry w SET status = 'busy', updated_at = as_of
      FROM chosen c
      WHERE w.agent_id = c.worker_id AND w.status = 'online' AND c.in_hand + 1 >= w.concurrency_limit
    )
    SELECT * FROM decision;
END
$$;
