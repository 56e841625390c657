## Commands

family-agents = Agents and workers
command-agents = The agents, with role, model, success and load
command-agent = One agent: look, edit, test, history

## Lists and cards

agents-title = Agents
agents-title-of = Agents of { $project }
agents-none = There are no agents.
agent-default-model = the default model
agent-default = default
agent-ready = ready
agent-error = with an error
agent-off = off
agent-version = v{ $version }
agent-version-by = { $version }, by { $who }, { $when }
agent-success =
    { $count ->
        [one] { $percent } % success in { $count } decision
       *[other] { $percent } % success in { $count } decisions
    }
agent-no-success = nothing to judge by yet
agent-load =
    { $count ->
        [one] { $count } task in hand
       *[other] { $count } tasks in hand
    }
agent-calls =
    { $count ->
        [one] { $count } call, { $cost }
       *[other] { $count } calls, { $cost }
    }
agent-limits =
    { $tasks ->
        [one] { $tasks } task at once
       *[other] { $tasks } tasks at once
    }, { $tokens ->
        [one] answers up to { $tokens } token
       *[other] answers up to { $tokens } tokens
    }
agent-threshold-cost = over { $cost }
agent-threshold-tasks =
    { $count ->
        [one] over { $count } task
       *[other] over { $count } tasks
    }
agent-of-everybody = everybody
agent-no-tools = none
agent-last-decisions = Last decisions
agent-role-architect = architect
agent-role-orchestrator = orchestrator
agent-role-code = code
agent-role-ask = answers
agent-role-debug = debugging
agent-role-custom = custom
agent-role-product_owner = product owner
agent-role-brainstorm = brainstorm
agent-role-zavhoz = resources
agent-role-tester = tester
agent-role-devops = devops
field-agent-role = Role
field-agent-of = Works for
field-agent-model = Model
field-agent-temperature = Temperature
field-agent-capabilities = Good at
field-agent-tools = Tools
field-agent-risk = Risk
field-agent-limits = Limits
field-agent-thresholds = Asks a person about plans
field-agent-strategy = Strategy
field-agent-success = Success
field-agent-load = Load
field-agent-calls = Last 30 days
button-agent-open = Open
button-agent-prompt = Edit prompt
button-agent-config = Edit config
button-agent-show-prompt = Prompt
button-agent-show-config = Config
button-agent-disable = Disable
button-agent-enable = Enable
button-agent-history = History
button-agent-test = Test
button-agent-last-change = Last change
button-agent-rollback = Back to v{ $version }
agent-prompt-title = Prompt of { $agent }, v{ $version }
agent-config-title = Config of { $agent }, v{ $version }
agent-text-as-file = It has { $characters } characters; it comes as a file.

## History and differences

agent-history-title = History of { $agent }
agent-history-none = Nothing is written down about it.
agent-history-footer = /agent diff NAME 3 5 compares, /agent rollback NAME 3 brings one back
agent-change-seeded = came with the program
agent-change-updated = brought up to date with the program: { $paths }
agent-change-created = created
agent-change-cloned = copied from another agent
agent-change-edited = changed { $paths }
agent-change-saved = saved without a change
agent-change-rolled-back = back to v{ $version }
agent-change-enabled = enabled
agent-change-disabled = disabled
agent-change-made-default = made the default
agent-diff-title = { $agent }: v{ $from } → v{ $to }
agent-diff-none = There is no difference.
agent-diff-footer = Saved by { $who }, { $when }

## Editing

form-agent-prompt = Edit prompt
form-agent-prompt-label = The prompt
form-agent-config = Edit config
form-agent-config-label = The config, as JSON
form-agent-test = Test
form-agent-test-label = What to say to it
ask-agent-prompt = What is the prompt of { $agent } to be? Send the whole text, here or as a file.
ask-agent-prompt-placeholder = The whole prompt
ask-agent-config = Change the config of { $agent } and send all of it as JSON, here or as a file.
ask-agent-config-placeholder = The whole config, as JSON
ask-agent-new = Describe the new agent as JSON: change what stands there and send all of it, here or as a file.
ask-agent-new-placeholder = The agent, as JSON
ask-agent-test = What shall I say to { $agent }?
ask-agent-test-placeholder = For example: which tasks would you make of a guestbook?
agent-config-invalid =
    { $count ->
        [one] Nothing was saved, because one thing is wrong:
       *[other] Nothing was saved, because { $count } things are wrong:
    }

    { $problems }
agent-not-json = Nothing was saved, because this is not JSON: { $problem }
agent-set-cut = Nothing was saved: the text was too long for a message, and its end is missing. `/agent edit NAME prompt` takes it as a file.
agent-text-cut = Nothing was saved: the text was too long for a message, and its end is missing. Please send it as a file.
agent-text-missing = Nothing was saved, because there was no text.
agent-changed-meanwhile = Nothing was saved: { $name } was changed in the meantime. You began with v{ $base }, and it is at v{ $version } now.
agent-changed-by = { $who } changed this, { $when }:
agent-conflict-title = { $agent } was changed meanwhile
agent-changed-next = Your text is kept, and below with that change in it: send it as you want it, or save it as it is.
button-agent-save-mine = Save mine on top
agent-unchanged = { $agent } is as it was: there is nothing to change.
agent-enabled = { $agent } is in use again.
agent-disabled = { $agent } is out of use.
agent-made-default = { $agent } is the default of its role now.
agent-deleted = The agent { $name } is deleted.
agent-test-called = No words: it went straight to its tools ({ $tools }), and in a test none is used.
agent-test-footer = { $agent } · { $model } · { $input } tokens in, { $output } out · { $cost } · { $seconds } s

## What is wrong with a config

config-problem = { $path }: { $problem }, e.g. { $example }
config-problems-more =
    { $count ->
        [one] … and { $count } more
       *[other] … and { $count } more
    }
config-missing = is missing
config-type =
    { $type ->
        [string] must be a text, not { $value }
        [number] must be a number, not { $value }
        [int] must be a whole number, not { $value }
        [array] must be a list, not { $value }
       *[object] must be an object, not { $value }
    }
config-name = must have 1 to 40 letters, digits, _ and -, and no spaces
config-empty = must not be empty
config-min = must be at least { $limit }, not { $value }
config-max = must be at most { $limit }, not { $value }
config-long = must have at most { $limit } characters, not { $length }
config-many = must have at most { $limit } entries
config-choice = must be one of { $choices }, not { $value }
config-unknown = is unknown; there are { $known }
config-unknown-near = is unknown; did you mean { $nearest }
config-broken-text = must not contain NUL characters or broken characters
config-has-spaces = must not contain spaces
config-named-twice = names something twice
config-other = { $problem }
config-no-role = is no role; the roles are { $roles }
config-role-missing = is missing; the roles are { $roles }

## What cannot be done, and why

agent-not-found = There is no agent “{ $name }”. There are: { $choices }.
agent-unknown = There is no such agent any more. `/agents` lists them.
agent-ambiguous = Several people have an agent “{ $name }”. Say which one: { $choices }.
agent-in-projects = Several projects have an agent “{ $name }”. Say which one: { $choices }.
agent-several-orchestrators = The project has several orchestrators in use, and none is the default: { $names }. Choose one with `/agent default NAME`.
agent-version-not-found = There is no version { $version }. `/agent history NAME` lists them.
agent-name-invalid = “{ $name }” cannot be an agent's name. A name has up to 40 letters, digits, `_` and `-`, and no spaces.
agent-name-taken = There is already an agent “{ $name }” there.
agent-last-of-role = { $name } is the last one in use with the role { $role }, and that role is needed. Put another one into use first.
agent-busy = { $name } is at work, so it stays: { $tasks ->
        [0] no open task
        [one] { $tasks } open task
       *[other] { $tasks } open tasks
    }, { $runs ->
        [0] no run
        [one] { $runs } run
       *[other] { $runs } runs
    } under way. Try again when that is done, or stop it with `/stop`.
agent-word-unknown = I do not know “/agent { $name }”. `/agent` alone tells what can be done with agents.
agent-word-unknown-near = I do not know “/agent { $name }”. Did you mean `/agent { $nearest }`?
agent-words =
    What can be done with an agent. A project's own is called `PROJECT/NAME`.

    - `/agents [PROJECT]` lists them, `/agent NAME` shows one
    - `/agent prompt NAME`, `/agent config NAME`: the whole text
    - `/agent test NAME "PROMPT"`: one answer, with tokens, cost and time
    - `/agent history NAME`, `/agent diff NAME 3 5`: what was changed, and by whom

    For admins:

    - `/agent edit NAME`, `/agent edit NAME prompt`: change the whole config, or the prompt
    - `/agent set NAME model=… temperature=0.2`: change single fields
    - `/agent rollback NAME 3`: an earlier version again
    - `/agent new [NAME] [PROJECT]`, `/agent clone NAME NEWNAME [PROJECT]`
    - `/agent enable NAME`, `/agent disable NAME`, `/agent default NAME`
    - `/agent delete NAME`: asks first
argument-project = PROJECT
argument-version = VERSION
argument-newname = NEWNAME
argument-field = FIELD
argument-value = VALUE
argument-prompt = PROMPT
argument-word = WORD
click-forbidden-delete-agent = Only admins and owners may decide this.

## Approvals

approval-title-delete-agent = Delete the agent { $agent }?
approval-delete-agent-body = Its prompt, its configuration and its history are deleted. What it did stays in the decisions.
