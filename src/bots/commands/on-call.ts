import { view } from './answers.ts'
import type { Command } from './command.ts'
import { namedProject } from './named-project.ts'
import { escalation } from './on-call/escalation.ts'
import { onCallWords } from './on-call/index.ts'
import { projectArgs } from './on-call/scope.ts'

/** Of a rotation of fifty with long names, and of the address of a calendar. */
const ARGS_MAX = 4_000

const onCall: Command = {
  name: 'oncall',
  aliases: ['duty'],
  family: 'incidents',
  permission: 'oncall.read',
  usage: '/oncall [PROJECT]|[set|swap|override|calendar|off] …',
  example: '/oncall set weekly on monday at 09:00 Europe/Berlin: anna, boris',
  run: async (context, args) => {
    const [, first = '', rest = ''] = /^(\S*)\s*([\s\S]*)$/.exec(args.slice(0, ARGS_MAX).trim()) ?? []
    const word = onCallWords.find(({ names }) => names.includes(first.toLowerCase()))
    if (word) return word.run(context, rest)
    const name = first.toLowerCase() === 'for' ? rest : args.trim()
    return view('on-call', name === '' ? {} : projectArgs(await namedProject(context.tx, name)))
  },
}

export const onCallCommands: Command[] = [onCall, escalation]
