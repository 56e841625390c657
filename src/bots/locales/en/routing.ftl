error-no-worker = Nobody takes such work at the moment: the workers for it are offline or draining, or there are none. An admin sees them with /workers; a process with the role “workers” brings them.
error-workers-busy = Every worker that could do this is busy. Please try again in a minute.
error-task-timed-out = The worker { $worker } did not finish in time.
error-worker-lost = The worker { $worker } went away in the middle of the work.
error-worker-not-found = There is no worker { $name }. /workers shows them all.
task-failed = { $attempts ->
    [one] One attempt
   *[other] { $attempts } attempts
 } came to nothing, by { $workers }.

command-ask = Ask an agent something
command-why = Why a worker was chosen
command-decisions = What was decided, and how it came out
command-workers = The workers and what they have in hand
command-worker = One worker; stop giving it work, or give it work again
argument-question = QUESTION
argument-task = TASK

ask-agent-unknown = There is no agent “{ $name }” to ask. There are: { $names }. Without a name the orchestrator chooses: `/ask` and the question.
ask-agent-unknown-near = There is no agent “{ $name }”. Did you mean `{ $nearest }`? There are: { $names }.
ask-agent-off = The agent { $name } is switched off. `/agents` shows who works.
ask-agent-gone = The agent { $name } is not there any more.
ask-nobody = There is no agent in use that could answer.

answer-working = { $agent } is looking into it…
answer-choosing = Looking for who can answer…
answer-failed = No answer
answer-cancelled = The question was taken back.
answer-asked = asked by name
answer-replied = asked by reply
answer-chosen = chosen by { $by }: { $reason }
answer-chosen-by-rules = chosen by a rule: { $reason }
answer-worker =
    { $points ->
        [one] { $type } worker { $worker } ({ $points } point)
       *[other] { $type } worker { $worker } ({ $points } points)
    }
answer-why = /why { $number }

worker-type-infra = infrastructure
worker-type-code = code
worker-type-research = research
worker-type-desktop = desktop
work-plan-work = planning
work-implement = coding
work-repair = repair
work-run-tests = tests
work-deploy-service = deployment
work-answer = answer
outcome-pending = waits for its worker
outcome-running = under way
outcome-succeeded = succeeded
outcome-failed = failed
outcome-timed-out = took too long
outcome-outage = something else was away
outcome-lost = the worker went away
outcome-cancelled = taken back

why-title = Why { $worker }: task { $number }
why-title-gone = Why { $worker }
why-none = Nothing was given to a worker in this chat yet. `/decisions` shows what was decided elsewhere.
why-task-unknown = There is no task { $number }. `/decisions` shows the last ones.
why-task-waits = Task { $number } waits for a worker.
why-chosen =
    { $others ->
        [0] { $worker } was the only worker that could do it, with { $score } of 100 points.
        [one] { $worker } was chosen with { $score } of 100 points, before one other.
       *[other] { $worker } was chosen with { $score } of 100 points, before { $others } others.
    }
why-column-worker = worker
why-column-score = points
why-column-success = success
why-column-context = recent
why-column-specialization = special
why-column-load = load
why-legend = Success: up to 40 points, 20 until there are more than 10 executions. Recent: 30 for the same work within 4 hours. Special: 20 for a specialist. Load: up to 10, less one for each task in hand.
why-attempts = Attempts
why-attempt-failure = { $worker }: { $outcome }
field-task = Task
field-work = Work
field-agent = Agent
field-outcome = Outcome
field-success-rate = Success rate
field-decided = Decided
field-took = Took

decisions-title = Decisions
decisions-title-of = Decisions: { $filter }
decisions-end = There are no decisions this far back.
decisions-none = Nothing was decided yet.
decisions-filter-unknown = There is no agent, worker or kind of work “{ $name }”. Kinds of work: { $kinds }.
decision-task = task { $number }
decision-attempt = attempt { $attempt }
decision-points =
    { $points ->
        [one] { $points } point
       *[other] { $points } points
    }

workers-title = Workers
workers-none = No worker has ever been here. A process with the role “workers” brings them.
workers-pool = Pool { $pool }
worker-status-online = online
worker-status-busy = busy
worker-status-offline = offline
worker-status-draining = draining
worker-load = in hand: { $load }
worker-load-of = { $load } of { $limit }
worker-heartbeat = heard from { $age } ago
worker-signed-off = signed off
field-type = Type
field-pool = Pool
field-heartbeat = Heartbeat
field-in-hand = In hand
field-capabilities = Can do
field-specializations = Especially
field-last-outcomes = Last outcomes
button-drain = Give it nothing new
button-resume = Give it work again
button-decisions = Decisions
worker-drained = { $name } gets nothing new; what it has in hand it finishes. `/worker resume { $name }` gives it work again.
worker-drained-last = { $name } gets nothing new; what it has in hand it finishes. It was the last worker of the type { $type }: such work fails until one comes back. `/worker resume { $name }` gives it work again.
worker-resumed = { $name } gets work again.
span-seconds = { $count } s
span-minutes = { $count } min
span-hours = { $count } h
span-days = { $count } d
