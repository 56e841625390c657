### What prorab says in English. Every key also stands in ru.ftl, with the same variables.
### A number that is a name (an approval's, a page's) is passed as a string, so that it gets no separators.

## Access

stranger-notice = I only work for people who were invited. Ask an admin for a code, then send me `/start CODE`.
stranger-notice-unclaimed = I only work for people who were invited: ask an admin for a code, then send me `/start CODE`. Did you install me? Then send me `/claim CODE`, with the code that prorab printed when it started.
welcome = Hello, { $name }. Tell me what to build, for example “create a URL shortener with click statistics”. I make a plan, ask you, and build it. `/help` shows all I can do.
claim-welcome = Welcome, { $name }: you are the owner now. Let others in with `/invite`. And tell me what to build, for example “create a URL shortener with click statistics”.
invite-welcome = Welcome, { $name }. Your role: { $role }. Tell me what to build, or start with `/help`.
code-wrong = I do not know this code. Check it and try again, or ask an admin for a new one.
code-used = This code was used already. Ask an admin for a new one.
code-expired = This code has expired. Ask an admin for a new one.
code-already-claimed = This installation already has an owner. Ask them for an invitation.
code-already-member = You already have access, with the role { $role }. The code stays good for somebody else.
code-too-many = Too many wrong codes. Try again at { $until }.
invite-created = Give this to the person you invite; they send it to me in a private chat (in Slack as `/prorab start CODE`):

    `/start { $code }`

    Role: { $role }. It works once, until { $until }.
invite-private = An invitation is a secret. Ask me for it in a private chat.
role-changed = { $name } now has the role: { $role }.
user-access-withdrawn = { $name } has no access any more.
lang-changed = I will speak English with you.
unsupported = I can read text only. Please write to me what this is about.

## Roles

role-owner = owner
role-admin = admin
role-operator = operator
role-member = member
role-viewer = viewer

## Errors. One for each code of src/errors.ts, and those that say more

error-invalid = I cannot use that. Please check it and try again.
error-not-found = There is nothing by that name.
error-forbidden = You may not do that.
error-conflict = Something changed in the meantime. Look again with `/status`.
error-rate-limited = Too many requests at the moment. Please try again in a minute.
error-platform-refused = The other service refused this for good.
error-platform-unavailable = The other service does not answer at the moment. Please try again later.
error-model-failed = The language model did not give a usable answer. Please try again; if it happens again, check the model's settings.
error-budget-exceeded = The budget is used up. An admin can raise it.
error-sandbox-refused = The program tried something that is not allowed here, so it was stopped.
error-lease-lost = Another worker has taken this over. Nothing is lost.
error-stopped = The work was stopped.
error-misconfigured = Something is not set up correctly. `npm run prorab -- doctor` tells what.
error-internal = Something went wrong on my side. Please try again.
error-usage = Please write it like this: `{ $usage }`. For example: `{ $example }`.
error-forbidden-role =
    { $least ->
        [owner] Only owners may do that.
        [admin] Only admins and owners may do that.
        [operator] Only operators, admins and owners may do that.
       *[member] People who only watch may not do that; ask an admin for another role.
    }
error-forbidden-role-or-owner =
    { $least ->
        [owner] Only owners, and the owner of the project, may do that.
        [admin] Only admins, and the owner of the project, may do that.
       *[operator] Only operators, admins, and the owner of the project may do that.
    }
error-role-above-yours = You cannot do that to somebody with the role { $role }: it is above yours ({ $yours }).
error-last-owner = There must always be an owner. Make somebody else owner first.
error-user-not-found = I know nobody called “{ $name }”. `/users` lists everybody.
error-user-ambiguous = Several people are called “{ $name }”. Say which one: { $choices }.
error-project-not-found = There is no project “{ $name }”. `/projects` lists them all.
error-project-not-found-near = There is no project “{ $name }”. Did you mean `{ $nearest }`?
error-not-running = { $name } has never been deployed, so there is nothing running.
project-name-invalid = “{ $name }” cannot be a project's name. A name has up to { $max } small Latin letters, digits and single dashes, and begins with a letter: `url-shortener`.
project-name-taken = There is already a project “{ $name }”. The name “{ $suggestion }” is free.
run-not-on-github = { $name } lives on GitHub, where I only read so far: I watch over it, and cannot change it.
run-already-live = Work on this project is already under way. `/status` shows it.
no-port-free = All ports for services ({ $first } to { $last }) are taken. Delete a project that is not needed any more.
failure-generic = Something went wrong on my side. Please try again; if it happens again, give this to who runs me: { $reference }
reference = Reference: { $reference }
command-unknown = I do not know “/{ $name }”. `/help` lists what I know.
command-unknown-near = I do not know “/{ $name }”. Did you mean `/{ $nearest }`?
argument-name = NAME
argument-page = PAGE
argument-lines = LINES
argument-command = COMMAND
argument-code = CODE
usage = Usage: `{ $usage }`. For example: `{ $example }`.

## Commands: what menus and help say about each

command-start = Say hello, or come in with a code
command-help = What I can do
command-projects = All projects
command-project = One project: state, address, last runs
command-logs = Last lines of a service's log
command-restart = Restart a service
command-delete = Delete a project, after asking
command-status = What needs you, and what is under way
command-approvals = Questions that wait for an answer
command-stop = Stop the work of this chat
command-users = People and their roles
command-invite = Invite somebody
command-role = Change somebody's role, or take their access away
command-lang = Choose the language
command-audit = Who did what
family-projects = Projects
family-work = Work
family-people = People
family-talk = Talking to me

help-title = What I can do
help-intro = Tell me in your own words what to build or change: “create a guestbook”, “add likes to the guestbook”, “how is guestbook?”. I make a plan, ask you, build it, test it, and put it into service.
help-footer = /help COMMAND explains one command.

## Buttons

button-approve = Approve
button-approve-all = Approve all for this run
button-reject = Reject
button-change = Change…
button-numbered = { $number }: { $label }
button-stop = Stop
button-details = Details
button-logs = Logs
button-restart = Restart
button-delete = Delete…
button-delete-now = Delete
button-keep = Keep
button-try-again = Try again
button-advise = With advice…
button-give-up = Give up
button-allow = Allow
button-refuse = Refuse
button-approvals = Show the questions
button-projects = Projects
button-previous = ‹ Back
button-next = Next ›

## Fields of cards

field-estimated-cost = Estimated cost
field-runs-on = Runs on
field-asked-by = Asked by
field-state = State
field-service = Service
field-address = Address
field-version = Version
field-repository = Repository
field-owner = Owner
field-commits = Commits
field-tests = Tests
field-total = Total
target-local = this machine
somebody = somebody
page = Page { $page }
page-of = Page { $page } of { $pages }
no-such-page =
    { $pages ->
        [one] There is only { $pages } page.
       *[other] There are only { $pages } pages.
    }

## Approvals

approval-title-plan = Plan for { $project }
approval-title-change = Plan to change { $project }
approval-title-deploy = Plan to deploy { $project }
approval-title-fix = Plan to repair { $project }
approval-title-retry = { $project }: the tests still fail
approval-title-delete = Delete { $project }?
approval-title-tool = { $project }: may I use { $tool }?
approval-retry-body = I could not make it pass by myself. Shall I try again?
approval-retry-rounds =
    { $rounds ->
        [one] I tried { $rounds } time and it does not pass yet. Shall I try again?
       *[other] I tried { $rounds } times and it does not pass yet. Shall I try again?
    }
approval-delete-body = The service stops and its port becomes free. The repository is archived, not destroyed.
approval-delete-url = Running now: { $url }
approval-delete-repository = Repository: { $repository }
approval-tool-body = This may have effects that cannot be undone.
approval-footer = Approval { $number }
approval-footer-open = Approval { $number } · open until { $until }
approval-line = **{ $number }** · { $title } · asked by { $who } · open until { $until }
approvals-title = Questions that wait
approvals-none = Nothing waits for an answer.
approvals-more =

    { $count ->
        [one] And { $count } more, which shows once these are answered.
       *[other] And { $count } more, which show once these are answered.
    }
plan-tasks = Tasks
plan-endpoints = Interfaces
plan-notes = Notes
verdict-approved = Approved by { $who }, { $when }
verdict-approved-all = Approved by { $who } with everything else in this run, { $when }
verdict-approved-auto = Approved at once: { $who } approved everything in this run, { $when }
verdict-rejected = Rejected by { $who }, { $when }
verdict-deleted = Deletion confirmed by { $who }, { $when }
verdict-kept = Kept: decided by { $who }, { $when }
verdict-advised = Advice of { $who }, { $when }
verdict-changed = { $who } asked for a change, { $when }
verdict-expired = Nobody answered in time, { $when }
verdict-replaced = Replaced by a newer question, { $when }
verdict-replaced-by = Replaced by approval { $number }, { $when }
verdict-cancelled = Cancelled, { $when }
verdict-cancelled-by = Cancelled: { $who } stopped the work, { $when }
change-form-title = What should change?
change-form-label = Your words
ask-change = What should change? Write it in one message; I will come back with a new plan.
ask-change-again = That was empty. What should change? Write it in one message.
ask-advice = What should I do differently? Write it in one message; I will try again with that.
ask-change-placeholder = For example: let links expire after 30 days
ask-change-again-placeholder = { ask-change-placeholder }
ask-advice-placeholder = For example: let it answer 404 where nothing is found
approved-tool-delayed =
    { $minutes ->
        [one] What approval { $number } allowed cannot be done at the moment: the other side does not answer. I keep trying for { $minutes } minute, and tell how it ended.
       *[other] What approval { $number } allowed cannot be done at the moment: the other side does not answer. I keep trying for { $minutes } minutes, and tell how it ended.
    }
approval-reminder = Approval { $number } still waits for an answer. Here it is again.

## Answers to a click. Plain text: they are shown as toasts

click-approved = Approved.
click-approved-all = Approved, with everything else in this run.
click-rejected = Rejected.
click-deleted = It will be deleted now.
click-kept = It stays.
click-retried = I will try again.
click-given-up = I will leave it at that.
click-advised = Thank you. The work goes on with that advice.
click-changed = Thank you. A new plan is coming.
click-already-approved = { $who } approved this at { $when }. Nothing changed.
click-already-rejected = { $who } rejected this at { $when }. Nothing changed.
click-already-changed = { $who } asked for a change at { $when }. Nothing changed.
click-already-auto = This was approved at once at { $when }, because { $who } approved everything in this run.
click-expired = This question expired at { $when }. Ask me again if you still want it.
click-replaced = This card was replaced by a newer one. Please use that.
click-cancelled = The work was stopped, so there is nothing to decide any more.
click-forbidden = Only the person who asked, admins and owners may decide this.
click-forbidden-delete = Only the owner of the project, admins and owners may decide this.
click-not-found = I do not know this question any more.
click-not-offered = This question cannot be answered like that.
click-unknown = This button is not in use any more.

## Runs

run-title-planning = Planning: { $project }
run-title-new-project = Building { $project }
run-title-update-project = Changing { $project }
run-title-deploy = Deploying { $project }
run-title-fix = Fixing { $project }
run-queued = Waiting for its turn.
run-waiting = Waiting.
run-waiting-approval = Waiting for your answer to approval { $number }.
run-rejected = Rejected.
run-stopped = Stopped.
run-status-queued = waiting for its turn
run-status-running = under way
run-status-waiting = waiting for an answer
run-status-succeeded = done
run-status-failed = failed
run-status-rejected = rejected
run-status-stopped = stopped
step-resources = Resources
step-design = Design
step-approval = Approval
step-build = Building
step-test = Tests
step-preflight = Pre-flight check
step-deploy = Deploying
step-health = Health check
tests-passed = { $count } passed
result-active = { $project } is active
result-active-body = Deployed and health-checked. More: `/project { $project }`
result-failed = { $project }: this did not work
result-failed-next = Tell me what to do differently, or just say “try again”.
result-old-version = The old version is still running, unchanged.
result-branch = What was tried is kept in the branch `{ $branch }`.
result-diff = This is what was tried:
result-expired = { $project }: nobody answered the plan in time
result-rejected = { $project }: the plan was rejected
result-stopped = { $project }: stopped
result-stopped-by = Stopped by { $who }.
result-nothing-built = Nothing was put into service.
result-nothing-changed = What was running before is still running.
stop-nothing = Nothing is being worked on in this chat.
stop-done = Stopped: { $what }.
stop-done-answer = I stopped answering.
stop-done-both = I stopped answering, and stopped: { $what }.
restart-done = { $name } was restarted.
service-taken-offline = { $name } is offline now. `/restart { $name }` brings it back.

## Why a run failed, and what becomes of a project

run-cannot-plan = I could not make a plan for this: { $reason }
run-not-ready = Something is missing for the deployment: { $missing }.
run-tests-failed =
    { $failed ->
        [one] { $failed } test still fails.
       *[other] { $failed } tests still fail.
    }
run-tests-ended = The tests did not get to their end: { $reason }
run-nothing-changed = Nothing was changed: the developer left everything as it was.
run-deploy-failed = The deployment failed: { $reason }
run-unhealthy = The service does not answer as it should at { $url }: { $reason }
model-loops =
    { $rounds ->
        [one] The agent { $agent } did not finish within { $rounds } step. Try to ask for something smaller.
       *[other] The agent { $agent } did not finish within { $rounds } steps. Try to ask for something smaller.
    }
model-refused = The language model's endpoint does not accept our key. Whoever runs me should check `OPENAI_API_KEY`.
model-busy = The language model is over its limits at the moment. Please try again in a few minutes.
model-silent = The language model did not answer in time. Please try again.
model-unknown = The endpoint knows no model { $model }. Whoever runs me should check `PRORAB_MODEL`, or the model of the agent.
model-overflow = This has become too long for the language model. Try to ask for something smaller.
project-deleted = { $name } is deleted: the service is stopped, the repository is in the archive.

## Projects

project-last-runs = Last runs
projects-title = Projects
projects-none = There is no project yet. Tell me what to build, for example “create a URL shortener”.
project-status-draft = draft
project-status-estimated = planned
project-status-provisioning = being set up
project-status-initialized = set up
project-status-designing = being designed
project-status-designed = designed
project-status-implementing = being built
project-status-implemented = built
project-status-verifying = being tested
project-status-verified = tested
project-status-deploying = being deployed
project-status-active = active
project-status-maintenance = being changed
project-status-missing = missing
project-status-discovered = discovered
project-status-archived = archived
service-running = running
service-starting = starting
service-backing-off = ended, starting again
service-crash-looping = given up after too many crashes
service-stopped = stopped
service-down = down
service-absent = not there
service-not-healthy = { $name } was restarted, but does not answer. { $reason }

## Other cards

users-title = People
users-footer = /role NAME ROLE changes a role, /invite lets somebody in.
user-disabled = no access
status-title = Status
status-needs-you = Needs somebody
status-working = Under way
status-nothing-needed = Nothing needs you.
status-quiet = All quiet: nothing needs you, nothing is under way.
status-service-down = { $project } does not run
status-footer =
    { $count ->
        [one] { $count } project
       *[other] { $count } projects
    }
audit-title = Who did what
audit-none = Nothing was done yet.
logs-title = Log of { $project }
logs-none = The log is empty.
gone = This is not there any more.

attachment-too-large = The file { $name } is too large: I read up to { $limit } KB.
attachment-not-text = The file { $name } is not a text in UTF-8. Please save it as such and send it again.
attachment-gone = The file { $name } is not there any more. Please send it again.
attachment-not-read = I cannot read files here. Please write the text of { $name } to me.
text-cut = Your message was very long: I read its beginning and left out { $omitted ->
    [one] the last character
   *[other] the last { $omitted } characters
}. Please send the rest separately.
