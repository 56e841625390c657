import type { Command } from './command.ts'
import { alerts } from './incidents/alerts.ts'
import { incidentMoves } from './incidents/moves.ts'
import { shownIncidents } from './incidents/show.ts'

export const incidentCommands: Command[] = [...shownIncidents, ...incidentMoves, alerts]
