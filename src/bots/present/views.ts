import type { ViewContent } from '../../db/shapes/outgoing.ts'
import { findApproval, listOpenApprovals } from '../../domain/approvals/approvals.ts'
import { listAudit } from '../../domain/audit/audit.ts'
import { findProject } from '../../domain/projects/projects.ts'
import { findRun } from '../../domain/runs/runs.ts'
import { listUsers } from '../../domain/users/find-user.ts'
import { approvalCard } from '../cards/approval.ts'
import { approvalsCard } from '../cards/approvals.ts'
import { auditCard } from '../cards/audit.ts'
import { commandHelpCard, helpCard } from '../cards/help.ts'
import { logsCard } from '../cards/logs.ts'
import { noticeMarkdown } from '../cards/notice.ts'
import { projectCard } from '../cards/project.ts'
import { projectsCard } from '../cards/projects.ts'
import { runProgressCard } from '../cards/run-progress.ts'
import { runResultCard } from '../cards/run-result.ts'
import { statusCard } from '../cards/status.ts'
import { usersCard } from '../cards/users.ts'
import type { Card, Outgoing } from '../chat.ts'
import { commandsFor, findCommand } from '../commands/index.ts'
import { unknownCommand } from '../commands/unknown.ts'
import { presentAgents } from './agents.ts'
import { approvalCards } from './approvals.ts'
import { presentCosts } from './costs.ts'
import { presentIncidents } from './incidents.ts'
import type { Drawing } from './index.ts'
import { presentOnCall } from './on-call.ts'
import { projectCardData } from './projects.ts'
import { presentRouting } from './routing.ts'
import { runCards } from './runs.ts'
import { statusCardData } from './status.ts'
import { presentSync } from './sync.ts'

/** Reads what a view names and draws it. What is gone says so. */
export const presentView = async (drawing: Drawing, { view, args }: ViewContent): Promise<Outgoing> => {
  const { words, now, person } = drawing
  const { db, operations } = drawing.deps
  const id = String(args.id ?? '')
  const name = String(args.name ?? '')
  const page = Number(args.page ?? 1)
  const gone: Outgoing = { markdown: words.t('gone') }
  const drawn = (card: Card | undefined): Outgoing => (card ? { card } : gone)

  switch (view) {
    case 'approval': {
      const approval = await findApproval(db, id)
      const [data] = approval ? await approvalCards(db, [approval]) : []
      return drawn(data && approvalCard(words, data))
    }
    case 'approvals': {
      const open = (await listOpenApprovals(db)).filter(({ expiresAt }) => expiresAt > now)
      return drawn(approvalsCard(words, await approvalCards(db, open)))
    }
    case 'run':
    case 'run-result': {
      const run = await findRun(db, id)
      const [data] = run ? await runCards(db, [run]) : []
      return drawn(data && (view === 'run' ? runProgressCard : runResultCard)(words, data))
    }
    case 'project': {
      const project = await findProject(db, name)
      return drawn(project && projectCard(words, await projectCardData(drawing, project)))
    }
    case 'projects':
      return drawn(projectsCard(words, await drawing.projectPage(page)))
    case 'logs':
      return drawn(logsCard(words, { name, logs: await operations.logs(name, Number(args.lines)) }))
    case 'users':
      return drawn(usersCard(words, await listUsers(db)))
    case 'status':
      return drawn(statusCard(words, await statusCardData(drawing)))
    case 'agents':
    case 'agent':
    case 'agent-prompt':
    case 'agent-config':
    case 'agent-history':
    case 'agent-diff':
      return (await presentAgents(drawing, { view, args })) ?? gone
    case 'task':
    case 'why':
    case 'decisions':
    case 'workers':
    case 'worker':
      return (await presentRouting(drawing, { view, args })) ?? gone
    case 'incident':
    case 'incident-timeline':
    case 'incident-call':
    case 'incidents':
    case 'digest':
    case 'alerts':
      return (await presentIncidents(drawing, { view, args })) ?? gone
    case 'on-call':
    case 'escalation':
    case 'swap':
      return (await presentOnCall(drawing, { view, args })) ?? gone
    case 'servers':
    case 'server':
    case 'sync':
    case 'discovered':
      return (await presentSync(drawing, { view, args })) ?? gone
    case 'costs':
    case 'budgets':
      return (await presentCosts(drawing, { view, args })) ?? gone
    case 'audit':
      return drawn(auditCard(words, await listAudit(db, { page })))
    case 'help': {
      if (args.topic === undefined) return drawn(helpCard(words, commandsFor(person)))
      const command = findCommand(String(args.topic))
      if (command && !command.hidden) return drawn(commandHelpCard(words, command))
      return { markdown: noticeMarkdown(words, unknownCommand(String(args.topic), person)) }
    }
    default:
      return view satisfies never
  }
}
