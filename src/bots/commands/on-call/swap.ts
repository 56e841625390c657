import { answerSwap } from '../../../domain/oncall/answer-swap.ts'
import { proposeSwap } from '../../../domain/oncall/propose-swap.ts'
import { requirePermission } from '../../../domain/users/permissions.ts'
import { longUuid } from '../../../short-uuid.ts'
import { toPresser } from '../../to-presser.ts'
import { notice } from '../answers.ts'
import type { CommandContext } from '../context.ts'
import { namedSpan } from './named-span.ts'
import { notUnderstood, type OnCallWord } from './word.ts'

export const swapWord: OnCallWord = {
  names: ['swap'],
  example: '/oncall swap boris 2026-12-05',
  run: async (context, args) => {
    const { tx, person, row, now, deps, afterCommit } = context
    requirePermission(person, 'oncall.swap')
    const { who, span, project } = await namedSpan(context, swapWord, args)
    const { swap, wake } = await proposeSwap(
      tx,
      { ...span, projectId: project?.id, userId: who.id, now },
      { person, surface: row.platform },
    )
    for (const id of wake) afterCommit(() => deps.wake.deliver(id))
    return notice('on-call-swap-asked', {
      name: who.name,
      when: swap.startsAt.toISOString(),
      until: swap.endsAt.toISOString(),
    })
  },
}

/** What the buttons of a proposal say. */
export const agreeWord: OnCallWord = {
  names: ['agree'],
  example: '/oncall swap boris 2026-12-05',
  run: (context, args) => answer(context, args, true),
}

export const declineWord: OnCallWord = {
  names: ['decline'],
  example: '/oncall swap boris 2026-12-05',
  run: (context, args) => answer(context, args, false),
}

const answer = async (context: CommandContext, args: string, agree: boolean) => {
  const { tx, person, row, now, deps, afterCommit } = context
  const id = longUuid(args.trim())
  if (!id) throw notUnderstood(swapWord, '')
  const answered = await answerSwap(tx, { id, agree, now }, { person, surface: row.platform })
  if (answered.outcome === 'answered') return toPresser(context, `on-call-swap-was-${answered.swap.state}`)
  for (const chat of answered.wake) afterCommit(() => deps.wake.deliver(chat))
  return toPresser(context, `on-call-swap-you-${answered.outcome}`)
}
