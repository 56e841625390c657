# What happens by itself, and what it found.

command-servers = The servers, and whether they answer
command-server = One server; look at it now, or take it into maintenance
servers-title = Servers
servers-none = No server is known. PRORAB_INVENTORY or HCLOUD_TOKEN tell where they are.
servers-no-more = There is nothing on this page.
server-unknown = There is no server { $name }. /servers shows them all.
server-unknown-near = There is no server { $name }. Did you mean `{ $nearest }`?
server-status-discovered = found
server-status-provisioning = being prepared
server-status-ready = ready
server-status-error = preparation failed
server-status-unreachable = unreachable
server-status-maintenance = in maintenance
server-status-retired = retired
server-field-check = SSH
server-field-disk = Disk
server-field-memory = Memory
server-field-load = Load per processor
server-field-certificate = Certificate
server-field-waits = Waits for
server-field-source = Known from
server-certificate-ended = has ended
server-certificate-left = ends in { $left }
server-lack-address = an address
server-lack-ssh-key = an SSH key (PRORAB_SSH_KEY)
server-lack-answer = its first answer
server-lack-way-in = being let in with the SSH key
server-check-none = nobody looks
server-check-off = not looked at
server-check-first = not looked at yet
server-check-ok = answers in { $ms } ms
server-check-failing =
    { $failures ->
        [one] does not answer ({ $failures } failed check)
       *[other] does not answer ({ $failures } failed checks)
    }
server-check-doubtful =
    { $failures ->
        [one] { $failures } check failed
       *[other] { $failures } checks failed
    }
server-check-last-ok = last ok { $time }
server-check-age = looked at { $age } ago
server-history = History
server-button-check = Check now
server-button-maintenance = Maintenance
server-button-resume = End maintenance
server-checking = { $name } is looked at within seconds; its card shows the result.
server-not-checked = Nothing is looked at on { $name }: it has no address.
server-maintenance-begun = { $name } is in maintenance: nobody is alerted about it. `/server resume { $name }` ends that.
server-maintenance-ended = { $name } is out of maintenance and is looked at right away.
server-retired = { $name } is retired: nobody looks at it any more. It comes back when its source lists it.
server-key-trusted = The host key that { $name } shows next is taken as its own.
server-move-impossible = That cannot be done in the state the server is in now. /servers shows it.

command-sync = What happens by itself: last and next runs, and what they changed
command-discovered = Repositories that were found, and what they lack
command-adopt = Look after a project that was found
command-ignore = Leave a project that was found alone
sync-title = What happens by itself
sync-none = Nothing has run yet.
sync-last-changes = Last changes
sync-last-ok = last success { $time }
sync-never-ok = never succeeded yet
sync-next = next { $time }
sync-failing =
    { $failures ->
        [one] failed: { $reason }
       *[other] failed { $failures } times in a row: { $reason }
    }
sync-run-failed = failed: { $reason }
sync-button-run = Run { $name }
sync-started = { $name } runs now; /sync shows how it went.
sync-unknown = Nothing called { $name } happens by itself. There are: { $names }.
sync-count-discovered = { $count } found
sync-count-updated = { $count } updated
sync-count-missing = { $count } missing
sync-count-unreachable = { $count } unreachable
sync-count-healed = { $count } back again
sync-count-deliveries =
    { $count ->
        [one] { $count } webhook
       *[other] { $count } webhooks
    }
sync-count-failed = { $count } failed
sync-count-changed = { $count } changed
sync-count-retired = { $count } retired
sync-count-returned = { $count } listed again
sync-count-failing = { $count } failing
sync-count-recovered = { $count } recovered
sync-count-done =
    { $count ->
        [one] { $count } step
       *[other] { $count } steps
    }
sync-count-noted = { $count } noted
sync-count-lost = { $count } lost
sync-count-overdue = { $count } overdue
sync-count-orphans = { $count } set free
sync-count-gaps =
    { $count ->
        [one] { $count } gap
       *[other] { $count } gaps
    }
sync-count-begun =
    { $count ->
        [one] { $count } shift begun
       *[other] { $count } shifts begun
    }

discovered-title = Found: { $name }
discovered-title-adopted = { $name }
discovered-title-ignored = Left alone: { $name }
discovered-title-gone = { $name }
discovered-not-looked = Nobody has looked yet whether it wants secrets.
discovered-nothing-missing = It wants no secrets that nobody gave.
discovered-setup-required =
    { $count ->
        [one] **Setup required.** One secret is missing: { $names }
       *[other] **Setup required.** { $count } secrets are missing: { $names }
    }
discovered-field-traits = Visibility
discovered-private = private
discovered-public = public
discovered-archived = archived there
discovered-button-adopt = Adopt
discovered-button-ignore = Ignore
discovered-adopted-by = Adopted by { $name }, { $time }
discovered-ignored-by = Left alone, says { $name }, { $time }
discovered-adopted = { $name } is looked after from now on. `/project { $name }` shows it.
discovered-ignored = { $name } is left alone. `/adopt { $name }` changes that.
discovered-already-adopted = { $by } has adopted { $name } already.
discovered-already-ignored = { $by } has said already that { $name } is to be left alone.
discovered-no-find = { $name } is no project that was found and waits for a word.
discovered-many =
    { $count ->
        [one] One repository was found in { $owner }. /discovered shows it.
       *[other] { $count } repositories were found in { $owner }. /discovered shows them.
    }
found-title = Found, not adopted
found-none = Nothing waits for a word: every repository that was found is looked after.
found-ignored = left alone
found-setup-required =
    { $count ->
        [one] setup required: { $count } secret
       *[other] setup required: { $count } secrets
    }
field-missing-secrets = Setup required
