import type { Executor } from '../../db/client.ts'
import type { Agent } from '../../domain/agents/agents.ts'
import { configDiff } from '../../domain/agents/config-diff.ts'
import { diffVersions, requireVersion } from '../../domain/agents/versions.ts'

/**
 * @param which.from the version before `to` unless told.
 * @param which.to the version as of now unless told.
 * @throws AppError not_found.
 */
export const compareVersions = async (
  db: Executor,
  agent: Agent,
  which: { from?: string; to?: string; json?: boolean },
): Promise<unknown> => {
  const to = Number(which.to ?? agent.version)
  const from = Number(which.from ?? to - 1)
  const [before, after] = await Promise.all([
    requireVersion(db, agent.id, from),
    requireVersion(db, agent.id, to),
  ])
  const fields = diffVersions(before, after)
  if (which.json) return fields
  const own = fields
    .filter(({ path }) => path.startsWith('is_'))
    .map((field) => `${field.path}: ${field.before} → ${field.after}\n`)
  return (
    [configDiff(before.config, after.config), ...own].join('') || `Versions ${from} and ${to} are the same.`
  )
}
