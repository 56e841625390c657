family-incidents = Incidents and on-call
argument-text = TEXT
argument-time = TIME
argument-person = PERSON
argument-note = NOTE

command-incidents = What is wrong now
command-incident = One incident: what happened, and what comes next
command-ack = Take an incident
command-unack = Give an incident back
command-resolve = End an incident
command-fix = Repair what is wrong
command-silence = Make an incident quiet for a while
command-unsilence = End the quiet
command-reopen = It is not over after all
command-assign = Give an incident to somebody
command-note = Add a line to an incident
command-alerts = What this chat hears of

error-incident-not-found = There is no incident { $number }. `/incidents` shows what is wrong now.
error-assign-viewer = { $name } may only watch, so an incident cannot be given to them.
error-which-incident = Several are open: { $numbers }. Say which one, for example `{ $example }`; `/incidents` shows them.
error-no-incident = Nothing is wrong right now.

## What is wrong. In titles and lists

incident-title = #{ $number } { $what }
incident-title-over = #{ $number } is over: { $what }
incident-what-service-unhealthy = { $subject } is down
incident-what-server-down = server { $subject } does not answer
incident-what-repo-missing = the repository of { $subject } is gone
incident-what-repo-unreachable = the repository of { $subject } cannot be read
incident-what-provider-outage = { $subject } is out
incident-what-tls-expiring = the certificate of { $subject } runs out
incident-what-disk-full = the disk of { $subject } is filling up
incident-what-deploy-failed = { $subject } could not be deployed
incident-what-run-failed = the work on { $subject } failed
incident-what-agent-stuck = an agent is stuck: { $subject }
incident-what-worker-lost = worker { $subject } is gone
incident-what-sync-failing = { $subject } keeps failing
incident-what-delivery-failing = { $subject } cannot be reached
incident-what-nobody-on-call = nobody is on call for { $subject }
incident-what-nobody-on-call-at-all = nobody is on call
incident-what-manual = { $subject }
severity-critical = critical
severity-warning = warning
severity-info = for information

## The card

incident-since = since { $when }
incident-failures =
    { $count ->
        [one] { $count } failed check
       *[other] { $count } failed checks
    }
incident-occurrences = seen { $count } times
incident-reopenings =
    { $count ->
        [one] came back
       *[other] came back { $count } times
    }
incident-last-ok = last ok { $when }
incident-tls-ends = ends { $when }
incident-disk-used = { $percent } % used
incident-vanished = { $vanished } of { $known } repositories are missing all at once
incident-nowhere = no private chat to write to
incident-set-on-call = `/oncall` shows who is on call when
incident-has-it = { $who } has it since { $when }
incident-silenced = Quiet until { $until }, by { $who }
incident-assigned = Given to { $who }
incident-fixing = A repair is under way.
incident-explains =
    { $count ->
        [one] Explains { $count } more.
       *[other] Explains { $count } more.
    }
incident-called = Called: { $who }.
incident-next = Next: { $what }, { $when }
incident-part-of = Part of #{ $number }; that one tells what happens.
incident-ended-healed = Recovered by itself at { $when }, after { $took }
incident-ended-person = Resolved by { $who } at { $when }, after { $took }
incident-ended-recovery = Repaired at { $when }, after { $took }
incident-ended-unwatched = Taken out of operation at { $when }, after { $took }
incident-ended-swallowed = Part of a bigger one, { $when }
coming-on-call = whoever is on call is called
coming-on-call-named = { $who } is called, who is on call then
coming-on-call-nobody = the next in line is called, because nobody is on call
coming-person = { $who } is called
coming-chat = a chat is called
coming-end = nobody is left to be called
coming-remind = { $who } is asked about it
coming-unacknowledge = it counts as forgotten, and people are called again
coming-unsilence = it is not quiet any more
button-incident-ack = Acknowledge
button-incident-unack = Give back
button-incident-fix = Fix
button-incident-silence = Silence { $hours } h
button-incident-unsilence = End the quiet
button-incident-resolve = Resolve
button-incident-reopen = Reopen
button-incident-people = Reassign…
button-timeline = Timeline
button-incidents = All incidents
button-incidents-open =
    { $count ->
        [one] { $count } open incident
       *[other] { $count } open incidents
    }
people-title = Who takes { $incident }?
people-one = { $name }
people-on-call = { $name } · on call
people-more = Anybody else: `/assign { $number } NAME`

## The timeline

timeline-past = What happened
timeline-next = What comes next
timeline-in = in { $span }
timeline-now = now
timeline-earlier =
    { $count ->
        [one] { $count } earlier event is not shown.
       *[other] { $count } earlier events are not shown.
    }
event-opened = noticed, { $severity }
event-again = seen { $count } times
event-reopened = came back
event-reopened-by = opened again by { $who }
event-returned = stands for itself again: #{ $number } is over
event-worse = from { $from } to { $to }
event-acknowledged = { $who } has it
event-unacknowledged = { $who } gave it back
event-forgotten = nothing was heard: nobody has it any more
event-silenced = { $who } made it quiet until { $until }
event-unsilenced = not quiet any more
event-unsilenced-by = { $who } ended the quiet
event-assigned = { $who } gave it to { $to }
event-resolved = recovered
event-unwatched = taken out of operation
event-resolved-by = resolved by { $who }
event-note = { $who }: { $note }
event-adopted = is part of #{ $number }
event-paged = { $who } was called
event-paged-chat = a chat was called
event-page-failed = { $who } could not be reached
event-step-failed = a step of the escalation failed
event-escalated = the next was asked
event-escalation-ended = nobody is left to be called
event-nobody = nobody is on call
event-reminded = { $who } was asked about it
event-recovery-started = a repair began by itself
event-recovery-started-by = { $who } began a repair
event-recovery-proposed = to be done: { $steps }
event-recovery-asked = asked first: approval { $number }
event-recovery-step = begun: { $step }
event-recovery-worked = the repair worked
event-recovery-failed = the repair did not help
event-recovery-unsure = the repair is done, and its end is open
event-recovery-nothing = nothing was done
repair-restart-service = restart
repair-redeploy-version = deploy version
repair-recreate-repository = create the repository again
repair-mark-server-for-provisioning = prepare the server anew
repair-nothing = nothing that would help

## Lists and the digest of a storm

incidents-title = What is wrong
incidents-title-all = Incidents
incidents-title-mine = What is wrong and yours
incidents-title-of = Incidents of { $project }
incidents-none = Nothing is wrong.
incidents-never = Nothing was ever wrong.
incidents-no-more = No more on this page.
incident-line-acknowledged = { $who } has it
incident-line-silenced = quiet until { $until }
incident-line-resolved = over
incident-line-part = part of a bigger one
digest-title =
    { $count ->
        [one] { $count } incident is open
       *[other] { $count } incidents are open
    }
digest-title-over =
    { $count ->
        [one] { $count } incident, and it is over
       *[other] { $count } incidents, all over
    }
digest-critical = { $count } critical
digest-warning =
    { $count ->
        [one] { $count } warning
       *[other] { $count } warnings
    }
digest-info = { $count } for information
digest-acknowledged = { $count } in hand
digest-resolved = { $count } over already
digest-since = since { $when }
digest-more = And { $count } more.

## What a chat hears of

alerts-title-on = This chat hears of
alerts-title-off = This chat hears of nothing
alerts-all-critical = everything critical
alerts-all-warning = warnings and worse
alerts-all-info = everything
alerts-project-critical = what is critical of **{ $project }**
alerts-project-warning = warnings and worse of **{ $project }**
alerts-project-info = everything of **{ $project }**
alerts-how = `/alerts on critical`, `/alerts on all url-shortener`, `/alerts off`
button-alerts-on = Warnings and worse
button-alerts-critical = Only what is critical
button-alerts-off = Nothing any more

## Calls, and the end of it

incident-call = **#{ $number } still needs somebody**: { $subject }, since { $when }. `/ack { $number }`
incident-call-title = #{ $number } needs somebody
incident-call-how = { $what }. Whoever takes it says `/ack { $number }`.
incident-call-remind = **Do you still have #{ $number }**: { $subject }? `/ack { $number }` says yes; `/resolve { $number }` ends it.
incident-over-healed = **#{ $number } is over.** { $subject } recovered by itself after { $took }.
incident-over-person = **#{ $number } is over.** { $who } resolved { $subject } after { $took }.
incident-over-recovery = **#{ $number } is over.** { $subject } was repaired after { $took }.
incident-over-unwatched = **#{ $number } is over.** { $subject } was taken out of operation after { $took }.
incident-over-swallowed = **#{ $number } is over**: { $subject } is part of a bigger one.

## Answers to a click or a command. Plain text: they are shown as toasts

incident-did-ack = #{ $number } is yours.
incident-did-unack =
    { $calls ->
        [yes] #{ $number } needs somebody again; people are called in ten seconds.
       *[no] #{ $number } needs somebody again.
    }
incident-did-fix = The repair of #{ $number } begins.
incident-did-silence = #{ $number } is quiet until { $until }.
incident-did-unsilence = #{ $number } is not quiet any more.
incident-did-resolve = #{ $number } is over.
incident-did-reopen =
    { $calls ->
        [yes] #{ $number } is open again; people are called in ten seconds.
       *[no] #{ $number } is open again.
    }
incident-did-assign = #{ $number } is given to { $who }.
incident-did-report = #{ $number } is noted.
incident-did-note = Noted.
incident-late-healed = #{ $number } is over already: it recovered by itself { $ago } ago. Nothing changed.
incident-late-recovery = #{ $number } is over already: it was repaired { $ago } ago. Nothing changed.
incident-late-unwatched = #{ $number } is over already: it was taken out of operation { $ago } ago. Nothing changed.
incident-late-swallowed = #{ $number } is over already. Nothing changed.
incident-late-resolved = #{ $number } is over already: { $who } resolved it { $ago } ago. Nothing changed.
incident-late-yours = #{ $number } is yours already, since { $when }. Nothing changed.
incident-late-acknowledged = { $who } has #{ $number } since { $when }. Nothing changed.
incident-late-silenced = { $who } made #{ $number } quiet until { $until }. Nothing changed.
incident-late-open-critical = #{ $number } is open and critical now. Nothing changed; look again.
incident-late-open-warning = #{ $number } is open again. Nothing changed; look again.
incident-late-open-info = #{ $number } is open again. Nothing changed; look again.
incident-not-fixed-resolved = #{ $number } is over already. Nothing is done.
incident-not-fixed-under-way = A repair of #{ $number } is under way already.
incident-not-fixed-explained = #{ $number } is part of a bigger one; repair that.
incident-not-fixed-too-many = #{ $number } was tried often enough by itself.

## Repairs that ask first

approval-title-recovery = Repair for incident { $incident }?
approval-recovery-body = I would do this:
button-do-it = Do it
button-leave-it = Leave it
click-recovery-approved = The repair begins.
click-recovery-rejected = Nothing is done; the incident stays open.
