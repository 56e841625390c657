import type { Severity } from '../../../db/shapes/incident.ts'
import { alertPlace, subscribe, unsubscribe } from '../../../domain/alerting/subscriptions.ts'
import { ensureConversation } from '../../../domain/conversations/conversations.ts'
import { view } from '../answers.ts'
import { usageError, words } from '../arguments.ts'
import type { Command } from '../command.ts'
import { namedProject } from '../named-project.ts'

const LEAST: Record<string, Severity> = { critical: 'critical', warning: 'warning', all: 'info' }
/** Whoever turns alerts on in one word wants to hear of what needs somebody, and of nothing else. */
const LEAST_BY_DEFAULT: Severity = 'warning'

/** What this chat hears of; a thread speaks for its channel. */
export const alerts: Command = {
  name: 'alerts',
  family: 'incidents',
  permission: 'incidents.read',
  usage: '/alerts [on|off] [critical|warning|all] [PROJECT]',
  example: '/alerts on critical',
  run: async ({ tx, row, conversation, person }, args) => {
    const [first, ...rest] = words(alerts, args, { min: 0, max: 3 })
    const { id: place } = await ensureConversation(tx, { ...conversation, key: alertPlace(conversation.key) })
    const by = { person, surface: row.platform }
    switch (first?.toLowerCase()) {
      case undefined:
        break
      case 'on': {
        const least = LEAST[rest[0]?.toLowerCase() ?? '']
        const [name, more] = least ? rest.slice(1) : rest
        if (more !== undefined) throw usageError(alerts)
        const project = name === undefined ? undefined : await namedProject(tx, name)
        await subscribe(tx, { conversationId: place, project, least: least ?? LEAST_BY_DEFAULT, by })
        break
      }
      case 'off': {
        if (rest.length > 1) throw usageError(alerts)
        const project = rest[0] === undefined ? undefined : await namedProject(tx, rest[0])
        await unsubscribe(tx, { conversationId: place, project, by })
        break
      }
      default:
        throw usageError(alerts)
    }
    return view('alerts', { id: place })
  },
}
