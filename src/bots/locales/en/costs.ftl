## Costs

command-costs = What the models have cost
costs-title = Costs of { $period }
costs-title-named = { $name }: costs of { $period }
costs-period-today = today
costs-period-days =
    { $days ->
        [one] the last day
       *[other] the last { $days } days
    }
costs-none = No model was called.
costs-line =
    { $calls ->
        [one] { $calls } call, { $input } tokens in, { $output } out
       *[other] { $calls } calls, { $input } tokens in, { $output } out
    }
costs-calls =
    { $calls ->
        [one] { $calls } call
       *[other] { $calls } calls
    }
costs-more =
    { $count ->
        [one] and { $count } more: { $cost }
       *[other] and { $count } more: { $cost }
    }
costs-tokens = { $input } in, { $output } out
costs-by-project = By project
costs-by-agent = By agent
costs-by-person = By person
costs-no-project = no project yet
field-calls = Calls
field-tokens = Tokens
field-budget = Budget
button-today = Today
button-week = 7 days
button-month = This month
button-30-days = 30 days
button-costs = Costs
chart-days = days, UTC
chart-hours = hours, UTC
chart-sums-days = { $total } in all, { $average } a day
chart-sums-hours = { $total } in all, { $average } an hour
chart-caption = { $title }: { $total } in all, most on { $when } ({ $most }).

## Budgets

command-budget = What a month may cost: for everything, or one project
budgets-title = Budgets
budgets-none = There is no budget, so models are called whatever they cost. `/budget 50` lets a month cost $50 in all; `/budget url-shortener 10` lets one project cost $10 of that.
budgets-footer = From 80 % I ask before I go on; at 100 % no model is called until somebody allows more.
budget-of-all = everything
budget-spent = { $spent } of { $budget } in { $month }
budget-allowed = allowed up to { $sum }
budget-out-of-bounds = A budget is a sum from ${ $min } to ${ $max } a month. To have none, write `off`.
budget-used = The models may cost { $budget } this month, and that is spent ({ $spent }). I can talk again when an admin allows more with `/budget`, or next month.
budget-used-project = { $project } may cost { $budget } this month, and that is spent ({ $spent }). I can go on when an admin allows more with `/budget`, or next month.
button-go-on = Go on
button-stop-here = Stop here
click-budget-raised = Thank you. I go on.
click-budget-stopped = I stop here.
click-forbidden-budget = This is about the budget of everything, so only admins and owners may decide it.
approval-title-budget = { $project }: the budget is nearly used
approval-title-budget-used = { $project }: the budget is used
approval-budget-of-project = { $spent } of the { $budget } that { $project } may cost this month are spent. Go on, up to { $next }?
approval-budget-of-all = { $spent } of the { $budget } that all projects together may cost this month are spent. Go on, up to { $next }? Only admins and owners may say so.
run-budget-stopped = { $who } did not want to spend more this month: { $spent } of { $budget } are spent. Say “try again” when there is a budget for it.
run-budget-unanswered = Nobody said whether I may spend more this month: { $spent } of { $budget } are spent. Say “try again” when there is a budget for it.

## Thresholds of plans

plan-weight-tasks =
    { $tasks ->
        [one] { $tasks } task
       *[other] { $tasks } tasks
    }
plan-weight-tasks-most =
    { $tasks ->
        [one] { $tasks } task of at most { $most }
       *[other] { $tasks } tasks of at most { $most }
    }
plan-weight-cost-most = { $cost } of at most { $most }
plan-over-threshold = This is more than may go on by itself: { $numbers }.
plan-threshold-missing = Plans go on by themselves once both thresholds are set; here one is missing: { $numbers }.
plan-ambiguous = Several orchestrators are in use and none is the default ({ $orchestrators }), so that every plan is asked about.
verdict-within-thresholds = Went on by itself, { $when }: under the thresholds, { $numbers }
