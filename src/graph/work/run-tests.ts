import { z } from 'zod'
import { requireProject } from '../../domain/projects/projects.ts'
import { runTests } from '../test-run.ts'
import { openWorkTree } from '../work-tree.ts'
import type { WorkHandler } from './handler.ts'
import { runOf } from './task-ids.ts'

export const testResult = z.object({
  ok: z.boolean(),
  passed: z.number(),
  failed: z.number(),
  output: z.string(),
})

/** Runs the tests of what a run has built so far. Tests that fail are a result, not a failure of the worker. */
export const testProject: WorkHandler = async (deps, task, { signal }) => {
  const { runId, projectId } = runOf(task)
  const tree = await openWorkTree(deps, await requireProject(deps.db, projectId), runId)
  return { ...(await runTests(deps.sandbox, tree.dir, signal)) }
}
