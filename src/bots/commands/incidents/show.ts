import { view } from '../answers.ts'
import { wholeNumber, words } from '../arguments.ts'
import type { Command } from '../command.ts'
import type { CommandContext } from '../context.ts'
import { namedProject } from '../named-project.ts'
import { incidentMeant } from './meant.ts'
import { reportByHand } from './report-by-hand.ts'

const PAGE_MAX = 9999
const ALL = /^(?:all|все)$/i
const MINE = /^(?:mine|my|мои)$/i

const incidents: Command = {
  name: 'incidents',
  family: 'incidents',
  permission: 'incidents.read',
  usage: '/incidents [all|mine|PROJECT] [PAGE]',
  example: '/incidents all',
  run: async ({ tx }, args) => {
    const [first, second] = words(incidents, args, { min: 0, max: 2 })
    const isPage = second === undefined && first !== undefined && /^\d+$/.test(first)
    const filter = isPage || first === undefined ? undefined : await filterOf(tx, first)
    const page = wholeNumber(incidents, isPage ? first : second, { byDefault: 1, max: PAGE_MAX })
    return view('incidents', { ...(filter !== undefined && { filter }), page })
  },
}

const filterOf = async (tx: CommandContext['tx'], word: string): Promise<string> => {
  if (ALL.test(word)) return 'all'
  if (MINE.test(word)) return 'mine'
  return (await namedProject(tx, word)).name
}

const NEW = /^(?:new|новый)(?:\s+|$)/i

const incident: Command = {
  name: 'incident',
  family: 'incidents',
  permission: 'incidents.read',
  usage: '/incident [N|new TEXT]',
  example: '/incident 42',
  run: async (context, args) => {
    if (NEW.test(args)) return reportByHand(context, incident, args.replace(NEW, ''))
    const meant = await incidentMeant(context, incident, args)
    words(incident, meant.rest, { min: 0, max: 0 })
    return view('incident-timeline', { id: meant.incident.id })
  },
}

export const shownIncidents = [incidents, incident]
