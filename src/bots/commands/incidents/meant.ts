import { incidentOfMessage } from '../../../domain/alerting/incident-of-message.ts'
import { findIncident, incidentByNumber, openIncidents } from '../../../domain/incidents/find.ts'
import type { Incident } from '../../../domain/incidents/incident.ts'
import { AppError } from '../../../errors.ts'
import type { Command } from '../command.ts'
import type { CommandContext } from '../context.ts'

/** So many of those that it may be are named. */
const NAMED_MAX = 5

/** An incident, and what else was said. */
export interface Meant {
  incident: Incident
  rest: string
}

/**
 * The incident that a command is about: the one whose number it begins with, else the one whose message it replies to
 * or in whose thread it is said (B-9), else the only one that is open.
 *
 * @throws AppError not_found for a number that there is not; invalid when it could be any of several.
 */
export const incidentMeant = async (
  { tx, row }: CommandContext,
  command: Pick<Command, 'usage' | 'example'>,
  args: string,
): Promise<Meant> => {
  const [, number, said = ''] = /^#?(\d{1,9})(?:\s+([\s\S]*))?$/.exec(args.trim()) ?? []
  if (number !== undefined) {
    const incident = await incidentByNumber(tx, Number(number))
    if (incident) return { incident, rest: said.trim() }
    throw new AppError('not_found', `there is no incident ${number}`, {
      userMessage: { key: 'error-incident-not-found', args: { number } },
    })
  }
  const rest = args.trim()
  const { conversationId } = row
  const { replyTo } = row.body
  const about = replyTo ? await incidentOfMessage(tx, { conversationId, replyTo }) : undefined
  const repliedTo = about && (await findIncident(tx, about))
  if (repliedTo) return { incident: repliedTo, rest }
  const [only, ...others] = await openIncidents(tx, { limit: NAMED_MAX })
  if (only && others.length === 0) return { incident: only, rest }
  if (only) throw whichOne(command, [only, ...others])
  throw new AppError('not_found', 'nothing is wrong', { userMessage: { key: 'error-no-incident', args: {} } })
}

const whichOne = (
  { usage }: Pick<Command, 'usage'>,
  [worst, ...others]: [Incident, ...Incident[]],
): AppError =>
  new AppError('invalid', 'several incidents are open', {
    userMessage: {
      key: 'error-which-incident',
      args: {
        numbers: [worst, ...others].map(({ number }) => `#${number}`).join(', '),
        example: `${usage.split(' ')[0]} ${worst.number}`,
      },
    },
  })
