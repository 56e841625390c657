import { AgentChangedMeanwhile } from '../../domain/agents/changed-meanwhile.ts'
import { configDiff } from '../../domain/agents/config-diff.ts'
import { AppError } from '../../errors.ts'

/** Rethrows; who was too late is shown what the others changed. */
export const changedMeanwhileText = (error: unknown): never => {
  if (!(error instanceof AgentChangedMeanwhile) || !error.base) throw error
  const { base, current } = error
  throw new AppError(
    'conflict',
    `Nothing was saved: ${error.message}. Since version ${base.version}:\n${configDiff(base.config, current.config)}`,
    { cause: error },
  )
}
