import { type AdoptionOutcome, adoptProject, ignoreProject } from '../../domain/repositories/adopt.ts'
import { notice, view } from './answers.ts'
import { wholeNumber, words } from './arguments.ts'
import type { Command } from './command.ts'
import type { Answer, CommandContext } from './context.ts'
import { namedProject } from './named-project.ts'

const PAGE_MAX = 9999

const discovered: Command = {
  name: 'discovered',
  family: 'projects',
  permission: 'project.read',
  usage: '/discovered [NAME|PAGE]',
  example: '/discovered',
  run: async ({ tx }, args) => {
    const [word] = words(discovered, args, { min: 0, max: 1 })
    if (word === undefined || /^\d+$/.test(word))
      return view('discovered', { page: wholeNumber(discovered, word, { byDefault: 1, max: PAGE_MAX }) })
    return view('discovered', { id: (await namedProject(tx, word)).id })
  },
}

const adopt: Command = {
  name: 'adopt',
  family: 'projects',
  permission: 'projects.adopt',
  usage: '/adopt NAME',
  example: '/adopt blog',
  run: async (context, args) => {
    const [name = ''] = words(adopt, args, { min: 1, max: 1 })
    const { tx, deps, person, row, conversation, now, afterCommit } = context
    const { id, forge } = await namedProject(tx, name)
    const by = { person, surface: row.platform, conversationId: conversation.id, now }
    const outcome = await adoptProject(tx, id, by, deps.starterPack ?? [])
    // What it lacks is read by the next round, when nobody could read it before.
    if (outcome.outcome === 'done' && outcome.project.missingSecrets === null)
      afterCommit(() => deps.wake.sync(`${forge}_sync`))
    return answer(context, outcome, 'discovered-adopted')
  },
}

const ignore: Command = {
  name: 'ignore',
  family: 'projects',
  permission: 'projects.adopt',
  usage: '/ignore NAME',
  example: '/ignore old-experiment',
  run: async (context, args) => {
    const [name = ''] = words(ignore, args, { min: 1, max: 1 })
    const { tx, person, row, now } = context
    const { id } = await namedProject(tx, name)
    return answer(
      context,
      await ignoreProject(tx, id, { person, surface: row.platform, now }),
      'discovered-ignored',
    )
  },
}

const answer = ({ deps, afterCommit }: CommandContext, outcome: AdoptionOutcome, done: string): Answer => {
  const { name, adoption } = outcome.project
  switch (outcome.outcome) {
    case 'done':
      for (const id of outcome.wake) afterCommit(() => deps.wake.deliver(id))
      return notice(done, { name })
    case 'moved_on':
      return adoption && outcome.by
        ? notice(`discovered-already-${adoption}`, { name, by: outcome.by })
        : notice('discovered-no-find', { name })
    default:
      return outcome satisfies never
  }
}

export const discoveredCommands: readonly Command[] = [discovered, adopt, ignore]
