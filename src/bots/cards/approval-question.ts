import type { RunKind } from '../../db/shapes/run.ts'
import type { Words } from '../words.ts'
import type { ApprovalFacts } from './approval-facts.ts'
import { fenced } from './fenced.ts'
import { oneLine, plain } from './plain.ts'
import { whyAsked } from './plan-weight.ts'
import { repairMarkdown } from './repair-steps.ts'

const PLAN_TITLES = {
  new_project: 'approval-title-plan',
  update_project: 'approval-title-change',
  deploy: 'approval-title-deploy',
  fix: 'approval-title-fix',
} as const satisfies Record<RunKind, string>

/** What an approval asks, in one line. Plain text. */
export const approvalTitle = ({ t }: Words, facts: ApprovalFacts): string => {
  const project = oneLine(facts.project)
  switch (facts.kind) {
    case 'plan':
      return t(PLAN_TITLES[facts.work], { project })
    case 'retry':
      return t('approval-title-retry', { project })
    case 'delete_project':
      return t('approval-title-delete', { project })
    case 'budget':
      return t(facts.level === 'used' ? 'approval-title-budget-used' : 'approval-title-budget', { project })
    case 'delete_agent':
      return t('approval-title-delete-agent', { agent: oneLine(facts.agent) })
    case 'recovery':
      return t('approval-title-recovery', { incident: oneLine(facts.incident) })
    case 'tool':
      return t('approval-title-tool', { project, tool: oneLine(facts.tool) })
    default:
      return facts satisfies never
  }
}

/** What the person agrees to; of a plan, when it is not `whole`, only what it was about. Markdown. */
export const approvalBody = (words: Words, facts: ApprovalFacts, { whole = true } = {}): string => {
  const { t } = words
  switch (facts.kind) {
    case 'plan':
      return whole ? planBody(words, facts) : plain(facts.plan.summary)
    case 'retry': {
      const said = facts.rounds
        ? t('approval-retry-rounds', { rounds: facts.rounds })
        : t('approval-retry-body')
      return [said, facts.problem && fenced(facts.problem)].filter(Boolean).join('\n\n')
    }
    case 'delete_project':
      return [
        t('approval-delete-body'),
        facts.url && t('approval-delete-url', { url: oneLine(facts.url) }),
        facts.repository && t('approval-delete-repository', { repository: plain(facts.repository) }),
      ]
        .filter(Boolean)
        .join('\n\n')
    case 'budget':
      return t(facts.scope === 'project' ? 'approval-budget-of-project' : 'approval-budget-of-all', {
        project: plain(facts.project),
        spent: words.money(facts.spent),
        budget: words.money(facts.budget),
        next: words.money(facts.next),
      })
    case 'delete_agent':
      return t('approval-delete-agent-body')
    case 'recovery':
      return [plain(facts.proposal), t('approval-recovery-body'), repairMarkdown(words, facts.repair)]
        .filter(Boolean)
        .join('\n\n')
    case 'tool':
      return [t('approval-tool-body'), facts.input && fenced(facts.input)].filter(Boolean).join('\n\n')
    default:
      return facts satisfies never
  }
}

const planBody = (words: Words, { plan, weight }: ApprovalFacts & { kind: 'plan' }): string => {
  const { t } = words
  const section = (key: string, lines: string[]) =>
    lines.length > 0 ? `**${t(key)}**\n\n${lines.join('\n')}` : ''
  return [
    plain(plan.summary),
    section(
      'plan-tasks',
      plan.tasks.map(({ title }, i) => `${i + 1}. ${plain(title)}`),
    ),
    section(
      'plan-endpoints',
      plan.endpoints.map((endpoint) => `- ${endpointMarkdown(endpoint)}`),
    ),
    section(
      'plan-notes',
      plan.notes.map((note) => `- ${plain(note)}`),
    ),
    whyAsked(words, weight),
  ]
    .filter(Boolean)
    .join('\n\n')
}

/** `GET /api/links: all links`: the address as code, or chats take its slash for one of our commands. */
const ENDPOINT = /^([A-Z]{3,7} \/[^\s`:]*(?::[A-Za-z][^\s`:]*)*)(?=:|$)(.*)$/

const endpointMarkdown = (endpoint: string): string => {
  const [, address, rest] = oneLine(endpoint).match(ENDPOINT) ?? []
  return address === undefined ? plain(endpoint) : `\`${address}\`${plain(rest ?? '')}`
}
