import type { Executor } from '../../db/client.ts'
import { agentLabel } from '../../domain/agents/address.ts'
import type { Agent } from '../../domain/agents/agents.ts'
import type { SeedReport, SeedState } from '../../domain/agents/seed.ts'
import type { AgentVersion } from '../../domain/agents/versions.ts'
import type { AgentStatistics } from '../../domain/routing/history.ts'
import { columns } from '../columns.ts'
import { agentFacts, successText } from './facts.ts'

/** An agent as `edit` reads it again. */
export const agentJson = async (db: Executor, agent: Agent) => ({
  id: agent.id,
  reference: await agentLabel(db, agent),
  role: agent.role,
  status: agent.status,
  is_active: agent.isActive,
  is_default: agent.isDefault,
  version: agent.version,
  updated_at: agent.updatedAt,
  config: agent.config,
})

export const agentCard = async (db: Executor, agent: Agent): Promise<string> => {
  const { system_prompt, metadata, ...fields } = agent.config
  const facts = { ...fields, ...metadata, ...(await agentFacts(db, agent)) }
  return [
    `${await agentLabel(db, agent)}  version ${agent.version}  ${stateOf(agent)}`,
    ...Object.entries(facts).map(([key, value]) => `  ${key}: ${shown(value)}`),
    '',
    system_prompt,
  ].join('\n')
}

export const agentsTable = (
  agents: readonly Agent[],
  statistics: ReadonlyMap<string, AgentStatistics>,
): string =>
  columns([
    ['NAME', 'ROLE', 'MODEL', 'VERSION', 'SUCCESS', 'IN HAND', 'STATE'],
    ...agents.map((agent) => [
      agent.name,
      agent.role,
      agent.config.model || '(default)',
      String(agent.version),
      successText(statistics.get(agent.id)),
      String(statistics.get(agent.id)?.load ?? 0),
      stateOf(agent),
    ]),
  ])

export const historyTable = (versions: readonly AgentVersion[], nextPage: number | undefined): string =>
  columns([
    ['VERSION', 'WHEN', 'WHO', 'BY', 'WHAT'],
    ...versions.map(({ version, at, actor, surface, change }) => [
      String(version),
      at.toISOString(),
      actor,
      surface,
      [change.kind, change.from && `from ${change.from}`, change.paths?.join(', ')].filter(Boolean).join(' '),
    ]),
  ]) + (nextPage === undefined ? '' : `\nOlder ones: --page ${nextPage}`)

export const versionJson = ({
  version,
  at,
  actor,
  surface,
  change,
  config,
  isActive,
  isDefault,
}: AgentVersion) => ({
  version,
  at,
  actor,
  surface,
  change,
  is_active: isActive,
  is_default: isDefault,
  config,
})

const SEED_TEXTS: Record<SeedState, { done: string; wouldBe: string }> = {
  missing: { done: 'was added', wouldBe: 'is missing and would be added' },
  same: { done: 'is as in the files', wouldBe: 'is as in the files' },
  outdated: { done: 'was brought up to date', wouldBe: 'would be brought up to date' },
  changed: { done: 'was changed by a person and stays', wouldBe: 'was changed by a person and would stay' },
  removed: {
    done: 'was removed by a person and stays away',
    wouldBe: 'was removed by a person and would stay away',
  },
}

export const seedText = (report: readonly SeedReport[], dryRun: boolean): string =>
  report
    .map(({ reference, state, diff }) => {
      const line = `${reference} ${SEED_TEXTS[state][dryRun ? 'wouldBe' : 'done']}.`
      return diff ? `${line}\n${diff.replace(/^(?=.)/gm, '    ')}` : line
    })
    .join('\n')

const stateOf = ({ isActive, isDefault, status }: Agent): string =>
  [isActive ? status : 'off', ...(isDefault ? ['default'] : [])].join(', ')

const shown = (value: unknown): string =>
  Array.isArray(value) ? value.join(', ') || '(none)' : value === '' ? '(default)' : String(value)
