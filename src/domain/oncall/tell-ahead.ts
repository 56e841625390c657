import { DAY_MS } from '../../clock.ts'
import type { Transaction } from '../../db/client.ts'
import { channelsOf } from '../alerting/channels.ts'
import { chatsThatHear } from '../alerting/subscriptions.ts'
import { say } from '../conversations/outbox.ts'
import { adminIds } from '../incidents/chains.ts'
import { type Gap, gapsToTell } from './gaps.ts'
import { type LoadedRoster, loadRosters } from './rosters.ts'
import { shiftAt } from './shifts.ts'
import { tellPerson } from './tell-person.ts'
import { unreachableMembers } from './unreachable.ts'

export interface ToldAhead {
  gaps: number
  unreachable: number
  begun: number
  /** Conversations to wake once the transaction has committed. */
  wake: string[]
}

/** Far enough to see the true bounds of any shift. */
const BOUNDS_MS = 400 * DAY_MS
const UNREACHABLE_AHEAD_MS = 14 * DAY_MS

/**
 * Tells what people want to know before something breaks (M-12): that nobody will be on call, that somebody who is
 * cannot be reached, that one's shift begins. Everything once, however often it is called.
 */
export const tellAhead = async (tx: Transaction, now: Date): Promise<ToldAhead> => {
  const admins = await adminIds(tx)
  const gaps = await tellGaps(tx, admins, now)
  const unreachable = await tellUnreachable(tx, admins, now)
  const begun = await tellBegun(tx, now)
  return {
    ...{ gaps: gaps.length, unreachable: unreachable.length, begun: begun.length },
    wake: [...new Set([...gaps, ...unreachable, ...begun])],
  }
}

const tellGaps = async (tx: Transaction, admins: readonly string[], now: Date): Promise<string[]> => {
  const woken: string[] = []
  for (const gap of await gapsToTell(tx, now)) {
    const chats = new Set(
      await chatsThatHear(tx, { projectId: gap.projectId, severity: 'warning', facts: {} }),
    )
    for (const admin of admins) for (const chat of (await channelsOf(tx, admin)).slice(0, 1)) chats.add(chat)
    for (const conversationId of chats) {
      const key = `on-call:gap:${gap.rotationId}:${gap.name}:${conversationId}`
      const content = { type: 'notice', key: gapKey(gap), args: gapArgs(gap) } as const
      const { fresh } = await say(tx, { conversationId, key, content })
      if (fresh) woken.push(conversationId)
    }
  }
  return woken
}

const gapKey = ({ projectName }: Gap): string => (projectName ? 'on-call-gap-project' : 'on-call-gap')

const gapArgs = ({ from, projectName }: Gap) => ({
  when: from.toISOString(),
  ...(projectName && { project: projectName }),
})

/** Only admins hear of it, once for each person. */
const tellUnreachable = async (tx: Transaction, admins: readonly string[], now: Date): Promise<string[]> => {
  const ahead = { from: now, until: new Date(now.getTime() + UNREACHABLE_AHEAD_MS) }
  const woken: string[] = []
  for (const { userId, name } of await unreachableMembers(tx, ahead))
    for (const admin of admins) {
      const told = await tellPerson(tx, {
        ...{ userId: admin, key: `on-call:unreachable:${userId}:${admin}` },
        content: { type: 'notice', key: 'on-call-unreachable', args: { name } },
      })
      woken.push(...(told ?? []))
    }
  return woken
}

/** Whoever takes over hears of it; whoever goes on does not. */
const tellBegun = async (tx: Transaction, now: Date): Promise<string[]> => {
  const around = { from: new Date(now.getTime() - BOUNDS_MS), until: new Date(now.getTime() + BOUNDS_MS) }
  const woken: string[] = []
  for (const roster of await loadRosters(tx, around)) {
    const shift = shiftAt(roster, now)
    if (!shift || goesOn(roster, shift)) continue
    const { rotation, projectName } = roster
    const told = await tellPerson(tx, {
      ...{
        userId: shift.userId,
        key: `on-call:begins:${rotation.id}:${shift.from.toISOString()}:${shift.userId}`,
      },
      content: {
        type: 'notice',
        key: projectName ? 'on-call-begins-project' : 'on-call-begins',
        args: { until: shift.until.toISOString(), ...(projectName && { project: projectName }) },
      },
    })
    woken.push(...(told ?? []))
  }
  return woken
}

const goesOn = (roster: LoadedRoster, { userId, from }: { userId: string; from: Date }): boolean =>
  shiftAt(roster, new Date(from.getTime() - 1))?.userId === userId
