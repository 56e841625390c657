## Who is on call

command-oncall = Who is on call; set it, swap shifts, read a calendar
argument-steps = STEPS
command-escalation = Who is asked next when nobody answers
on-call-title = On call
on-call-title-project = On call for { $project }
on-call-now = **{ $name }** is on call until { $until }.
on-call-nobody-now = **Nobody is on call now.** When something critical breaks, the escalation goes on without them.
on-call-next = Next: { $name }, from { $from }.
on-call-common = { $project } has no rotation of its own; this is the one for everything.
on-call-none = Nobody set who is on call, so that only the escalation is left. For example: `/oncall set weekly on monday at 09:00 Europe/Berlin: anna, boris`
on-call-nobody = nobody
on-call-source-override = instead
on-call-source-swap = swapped
on-call-column-from = From
on-call-from-now = now
on-call-column-who = On call
on-call-said-set = This is how I understood it:
on-call-said-override = Noted. Who takes or loses the time is told.
on-call-said-calendar = From now on the calendar tells who is on call:
on-call-every-days =
    { $days ->
        [one] Daily
       *[other] Every { $days } days
    }
on-call-every-weeks =
    { $weeks ->
        [one] Weekly, on { $weekday }
       *[other] Every { $weeks } weeks, on { $weekday }
    }
on-call-rhythm = { $rhythm } at { $at } ({ $zone }): { $names }
on-call-from-calendar = Read from the calendar at { $host }
on-call-from-file = Read from a calendar file, up to a year ahead
on-call-warn-gap = Nobody is on call from { $from } until { $until }.
on-call-warn-unreachable = { $name } never wrote to me in private, so I cannot call them: they only have to say hello to me.
on-call-warn-no-access = { $name } has no access any more; their turns are nobody's.
on-call-warn-calendar = The calendar could not be read again, so this is as of the last time: { $reason }
on-call-warn-unknown = In the calendar I know nobody called: { $names }. People are matched by the names they have here.
button-escalation = Escalation
button-on-call = On call

## What cannot be

on-call-not-understood = I did not understand “{ $wrong }”. For example: `{ $example }`
on-call-incomplete = Something is missing. For example: `{ $example }`
on-call-no-rotation = Nobody set who is on call there. For example: `/oncall set weekly on monday at 09:00 Europe/Berlin: anna, boris`
on-call-no-access = Somebody among them has no access any more.
on-call-only-watches = { $name } only watches, and so could not answer. An admin can change that: `/role`.
on-call-members-count = A rotation has from 1 to 50 people.
on-call-members-twice = Everybody stands in a rotation once.
on-call-every = Hand-overs are from 1 to 366 days apart.
on-call-zone = I do not know this time zone. They are called like `Europe/Berlin` or `UTC`.
on-call-time = A hand-over is at a time like `09:00`.
on-call-date = The first hand-over can be up to a year away.
on-call-span-over = This time is over already.
on-call-span-long = That is more than 92 days ahead. For longer than that, change the rotation.
on-call-overrides-many = There are 200 replacements ahead already. It is time for another rotation.
error-person-not-found-near = I know nobody called “{ $name }”. Did you mean “{ $near }”?

## Taking it away

on-call-off-title = Nobody on call any more?
on-call-off-title-project = Nobody on call for { $project } any more?
on-call-off-ask = The turns, replacements and the calendar go with it. Alerts stay; only the escalation is left to wake somebody.
button-on-call-off = Take it away
button-on-call-keep = Keep it
on-call-removed = Nobody is on call any more. `/oncall set` changes that.
on-call-removed-project = { $project } has no rotation of its own any more; the one for everything counts.

## Swaps and replacements

on-call-given = { $who } put you on call from { $when } until { $until }.
on-call-taken = { $who } changed who is on call: from { $when } until { $until } somebody else takes your time.
on-call-swap-title = { $name } asks you to take over
on-call-swap-body = You would be on call from { $from } until { $until }.
on-call-swap-body-project = You would be on call for { $project } from { $from } until { $until }.
on-call-swap-state-agreed = You took it.
on-call-swap-state-declined = You did not take it.
on-call-swap-state-over = Nobody answered in time, so nothing changed.
button-agree = Agree
button-decline = Decline
on-call-swap-asked = I asked { $name } in private to be on call from { $when } until { $until }. Until they agree, nothing changes.
on-call-swap-agreed = { $who } agreed: they are on call from { $when } until { $until } instead of you.
on-call-swap-declined = { $who } declined: you stay on call from { $when } until { $until }.
on-call-swap-you-agreed = Thank you. It is yours.
on-call-swap-you-declined = You declined, and they know.
on-call-swap-you-over = Too late: the time is over, or it is not theirs to give any more. Nothing changed.
on-call-swap-was-proposed = This question is still open.
on-call-swap-was-agreed = You agreed to this already.
on-call-swap-was-declined = You declined this already.
on-call-swap-self = That is you already.
on-call-swap-nothing = You are not on call then, so there is nothing to swap. `/oncall` shows who is on call when.
on-call-swap-unreachable = { $name } never wrote to me in private, so I cannot ask them. Nothing changed.
on-call-swaps-many = Ten people were asked already and have not answered.
on-call-swap-not-yours = Somebody else was asked.

## Told without being asked

on-call-gap = From { $when } nobody is on call. `/oncall` shows the days ahead; `/oncall override NAME from … to …` fills a gap.
on-call-gap-project = From { $when } nobody is on call for { $project }. `/oncall { $project }` shows the days ahead; `/oncall override NAME from … to … for { $project }` fills a gap.
on-call-unreachable = { $name } is on call in turn, but never wrote to me in private, so I cannot call them. They only have to say hello to me.
on-call-begins = You are on call now, until { $until }.
on-call-begins-project = You are on call for { $project } now, until { $until }.

## Calendars

calendar-problem-address = A calendar is read from an address that begins with `https://`, or from a file that comes with `/oncall calendar`.
calendar-problem-inside = This address leads to this machine or a private network. I read calendars only from the open internet; send it as a file instead.
calendar-problem-unreachable = Nobody answers at the calendar's address.
calendar-problem-status = The other side answered with an error instead of a calendar. Is the address still valid, and does it need no password?
calendar-problem-redirects = The address leads on and on to other addresses, without a calendar at the end.
calendar-problem-too-large = The calendar is larger than 2 MB.
calendar-problem-too-slow = The calendar did not come within 20 seconds.
calendar-problem-no-calendar = This is no calendar in the iCalendar format (`.ics`).
calendar-problem-too-much = There are more events in the calendar than anybody can be on call, or they repeat too often.

## Escalation

escalation-title = Escalation
escalation-title-project = Escalation of { $project }
escalation-said = This is how I understood it:
escalation-step-on-call = whoever is on call
escalation-step-person = { $name }
escalation-step-chat = a chat ({ $platform })
escalation-step-wait =
    { $minutes ->
        [one] wait { $minutes } minute
       *[other] wait { $minutes } minutes
    }
escalation-step-wait-hours =
    { $hours ->
        [one] wait { $hours } hour
       *[other] wait { $hours } hours
    }
escalation-step-repeat =
    { $times ->
        [one] once more from the beginning
       *[other] { $times } times more from the beginning
    }
escalation-not-own = { $project } has no escalation of its own.
escalation-default = Nobody set it: this is what counts without. For example: `/escalation on-call, wait 5, boris, wait 10, chat, repeat 2`
escalation-footer = It stops as soon as somebody acknowledges. What is under way goes on as it began.
escalation-problem-too-long = That is more than 20 steps.
escalation-problem-nobody-asked = Nobody is asked in it. For example: `{ $example }`
escalation-problem-wait-out-of-bounds = A wait takes from 1 minute to 24 hours.
escalation-problem-repeat-out-of-bounds = It can be repeated from 1 to 10 times.
escalation-problem-repeat-not-last = The repetition stands at the end.
escalation-problem-repeat-without-wait = What is repeated needs a wait in it, or everybody is called again and again at once.
