import { escalationOverview } from '../../domain/oncall/escalation-overview.ts'
import { onCallOverview } from '../../domain/oncall/overview.ts'
import { findSwap, swapScope } from '../../domain/oncall/swaps.ts'
import { findProject } from '../../domain/projects/projects.ts'
import { userNames } from '../../domain/users/reader.ts'
import { noRotationCard, onCallCard, takeAwayCard } from '../cards/on-call.ts'
import { escalationCard } from '../cards/on-call-escalation.ts'
import { swapCard } from '../cards/on-call-swap.ts'
import type { Outgoing } from '../chat.ts'
import { createWords, type Words } from '../words.ts'
import type { Drawing } from './index.ts'

export type OnCallView = 'on-call' | 'escalation' | 'swap'

type Args = Record<string, string | number>

/** @returns undefined when what is named is gone. */
export const presentOnCall = async (
  drawing: Drawing,
  { view, args }: { view: OnCallView; args: Args },
): Promise<Outgoing | undefined> => {
  if (view === 'swap') return presentSwap(drawing, String(args.id))
  const { deps, words, now } = drawing
  const found = args.project === undefined ? undefined : await findProject(deps.db, String(args.project))
  if (args.project !== undefined && !found) return undefined
  const project = found?.name
  const projectId = found?.id ?? null
  if (view === 'escalation') {
    const overview = await escalationOverview(deps.db, projectId)
    return { card: escalationCard(words, { project, overview, isNew: args.said === 'set' }) }
  }
  if (args.said === 'off') return { card: takeAwayCard(words, { project }) }
  const overview = await onCallOverview(deps.db, { projectId, now })
  if (!overview) return { card: noRotationCard(words, { project }) }
  const said = SAID.find((one) => one === args.said)
  return { card: onCallCard(byClockOf(drawing, overview.rules.timeZone), { project, overview, said }) }
}

const SAID = ['set', 'override', 'calendar'] as const

const presentSwap = async (drawing: Drawing, id: string): Promise<Outgoing | undefined> => {
  const { deps, now } = drawing
  const swap = await findSwap(deps.db, id)
  const scope = swap && (await swapScope(deps.db, swap.rotationId))
  if (!swap || !scope) return undefined
  const names = await userNames(deps.db, [swap.fromUserId])
  const { startsAt, endsAt } = swap
  const state = swap.state === 'proposed' && endsAt <= now ? 'over' : swap.state
  const from = names.get(swap.fromUserId) ?? '?'
  const project = scope.projectName ?? undefined
  return {
    card: swapCard(byClockOf(drawing, scope.timeZone), { id, from, project, startsAt, endsAt, state }),
  }
}

/** Hand-overs are read by the clock that they go by. */
const byClockOf = ({ deps, words, now }: Drawing, timeZone: string): Words =>
  createWords(deps.texts, words.lang, { now, timeZone })
