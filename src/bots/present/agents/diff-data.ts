import type { Executor } from '../../../db/client.ts'
import type { Agent } from '../../../domain/agents/agents.ts'
import { configDiff } from '../../../domain/agents/config-diff.ts'
import { type AgentVersion, diffVersions, findVersion } from '../../../domain/agents/versions.ts'
import type { AgentDiffCardData, AgentDifference } from '../../cards/agent-diff.ts'

/** What is different between two versions, and who made the later one. Undefined when one of them is not there. */
export const agentDiffData = async (
  db: Executor,
  agent: Agent,
  { from, to }: { from: number; to: number },
): Promise<Omit<AgentDiffCardData, 'mayManage'> | undefined> => {
  const [before, after] = await Promise.all([findVersion(db, agent.id, from), findVersion(db, agent.id, to)])
  if (!before || !after) return undefined
  const { actor, at } = from > to ? before : after
  return { agent, from, to, changes: differencesBetween(before, after), changed: { actor, at } }
}

type State = Pick<AgentVersion, 'config' | 'isActive' | 'isDefault'>

/** Field by field; a prompt line by line. */
export const differencesBetween = (before: State, after: State): AgentDifference[] =>
  diffVersions(before, after).map((change) =>
    change.path === 'system_prompt'
      ? { ...change, lines: promptDiff(before, after.config.system_prompt) }
      : change,
  )

/** What stands above a diff: names of files, which there are none of, and of the field, which is said already. */
const HEADER = /^(?:--- before|\+\+\+ after| system_prompt:)\n/gm

const promptDiff = ({ config }: State, prompt: string): string =>
  configDiff(config, { ...config, system_prompt: prompt }).replace(HEADER, '')
