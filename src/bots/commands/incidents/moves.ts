import {
  acknowledge,
  assign,
  type MoveOutcome,
  type MoveRequest,
  note,
  reopen,
  resolve,
  silence,
  unacknowledge,
  unsilence,
} from '../../../domain/incidents/index.ts'
import { findUser } from '../../../domain/users/find-user.ts'
import { notice } from '../answers.ts'
import { usageError } from '../arguments.ts'
import type { Command } from '../command.ts'
import type { CommandContext } from '../context.ts'
import { duration } from './duration.ts'
import { fixIncident } from './fix.ts'
import { incidentMeant } from './meant.ts'
import { moved } from './moved.ts'

type Move = (context: CommandContext, request: MoveRequest, rest: string) => Promise<MoveOutcome>

/**
 * A command that moves an incident from wherever it is: who types a number means the incident as it is, not as a card
 * showed it. Who may is decided by the move, because it depends on the incident.
 */
const moving = (verb: string, facts: Pick<Command, 'name' | 'usage' | 'example'>, move: Move): Command => ({
  ...facts,
  family: 'incidents',
  permission: 'incidents.read',
  aboutProject: 'incidents.handle',
  run: async (context, args) => {
    const { row, person, now } = context
    const { incident, rest } = await incidentMeant(context, facts, args)
    const request = { id: incident.id, by: { person, surface: row.platform }, now }
    const told = await moved(context, verb, await move(context, request, rest))
    return notice(told.key, told.args)
  },
})

const nothingMore = (facts: Pick<Command, 'usage' | 'example'>, rest: string) => {
  if (rest !== '') throw usageError(facts)
}

const plainMove = (
  verb: string,
  name: string,
  move: (tx: CommandContext['tx'], request: MoveRequest) => Promise<MoveOutcome>,
): Command => {
  const facts = { name, usage: `/${name} [N]`, example: `/${name} 42` }
  return moving(verb, facts, ({ tx }, request, rest) => {
    nothingMore(facts, rest)
    return move(tx, request)
  })
}

const resolveIt = moving(
  'resolve',
  { name: 'resolve', usage: '/resolve [N] [NOTE]', example: '/resolve 42 disk replaced' },
  ({ tx }, request, text) => resolve(tx, { ...request, note: text }),
)

const SILENCE = { name: 'silence', usage: '/silence [N] TIME', example: '/silence 42 2h' }
const silenceIt = moving('silence', SILENCE, ({ tx }, request, rest) => {
  const forMs = duration(rest)
  if (forMs === undefined) throw usageError(SILENCE)
  return silence(tx, { ...request, forMs })
})

const ME = /^(?:me|myself|мне|я|себе)$/i
const ASSIGN = { name: 'assign', usage: '/assign [N] PERSON', example: '/assign 42 Anna' }
const assignIt = moving('assign', ASSIGN, async ({ tx, person }, request, rest) => {
  if (rest === '') throw usageError(ASSIGN)
  const to = ME.test(rest) ? person.id : (await findUser(tx, rest)).id
  return assign(tx, { ...request, to })
})

const NOTE = { name: 'note', usage: '/note [N] NOTE', example: '/note 42 the disk is full again' }
const noteIt = moving('note', NOTE, ({ tx }, request, text) => {
  if (text === '') throw usageError(NOTE)
  return note(tx, { ...request, text })
})

const FIX = { name: 'fix', usage: '/fix [N]', example: '/fix 42' }
const fixIt: Command = {
  ...FIX,
  family: 'incidents',
  permission: 'incidents.read',
  aboutProject: 'incidents.fix',
  run: async (context, args) => {
    const { incident, rest } = await incidentMeant(context, FIX, args)
    nothingMore(FIX, rest)
    const told = await fixIncident(context, incident.id)
    return notice(told.key, told.args)
  },
}

export const incidentMoves: Command[] = [
  plainMove('ack', 'ack', acknowledge),
  plainMove('unack', 'unack', unacknowledge),
  resolveIt,
  fixIt,
  silenceIt,
  plainMove('unsilence', 'unsilence', unsilence),
  plainMove('reopen', 'reopen', reopen),
  assignIt,
  noteIt,
]
