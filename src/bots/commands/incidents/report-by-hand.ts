import { SEVERITIES } from '../../../db/shapes/incident.ts'
import type { OutboxContent } from '../../../db/shapes/outgoing.ts'
import { alertKey } from '../../../domain/alerting/message-keys.ts'
import { findSaid } from '../../../domain/conversations/outbox.ts'
import { reportByPerson } from '../../../domain/incidents/report-by-person.ts'
import { isProjectName } from '../../../domain/projects/name.ts'
import { findProject } from '../../../domain/projects/projects.ts'
import { notice, view } from '../answers.ts'
import { usageError } from '../arguments.ts'
import type { Command } from '../command.ts'
import type { CommandContext } from '../context.ts'

/**
 * Something is wrong that nothing here looks at: somebody says so, `[critical|warning|info] [project] words`. Critical
 * unless said otherwise, because who says it at night wants somebody woken. A chat that hears of it anyway gets no
 * second card (M-11).
 *
 * @throws AppError forbidden; invalid without words.
 */
export const reportByHand = async (
  { tx, deps, row, conversation, person, now, afterCommit }: CommandContext,
  command: Pick<Command, 'usage' | 'example'>,
  said: string,
): Promise<OutboxContent> => {
  const [first = '', ...afterFirst] = said.trim().split(/\s+/)
  const severity = SEVERITIES.find((one) => one === first.toLowerCase())
  const text = severity ? afterFirst.join(' ') : said.trim()
  if (text === '') throw usageError(command)
  const named = text.split(/\s+/)[0]?.toLowerCase() ?? ''
  const project = isProjectName(named) ? await findProject(tx, named) : undefined
  const { incident, wake } = await reportByPerson(tx, {
    id: row.id,
    text,
    severity: severity ?? 'critical',
    project,
    by: { person, surface: row.platform },
    now,
  })
  for (const id of wake) afterCommit(() => deps.wake.deliver(id))
  const isShownHere = await findSaid(tx, alertKey.card(incident.id, conversation.id))
  return isShownHere
    ? notice('incident-did-report', { number: incident.number })
    : view('incident', { id: incident.id })
}
