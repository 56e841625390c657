import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { requireProject } from '../domain/projects/projects.ts'
import { findRun, isLive } from '../domain/runs/runs.ts'
import { findTask, isFinal } from '../domain/tasks/tasks.ts'
import { errorText } from '../errors.ts'
import type { DeliveryDeps } from '../graph/session.ts'
import { openWorkTree } from '../graph/work-tree.ts'

const UUID = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}'
/** The tree of a run, or a release of it that is put together: `<run>`, `<run>-<version>`. */
const OF_RUN = new RegExp(`^${UUID}`)
/** What a task looks at: `answer-<task>`, `recover-<task>-<version>`. */
const OF_TASK = new RegExp(`(?<=^[a-z]+-)${UUID}`)

/**
 * Takes away what a process that was killed left below `work`: trees of runs that are over, exported releases, and
 * what tasks that are over looked at. Uncommitted work in a tree is kept as a rescue ref of its repository; a tree that
 * cannot be, because its repository is gone, stays.
 */
export const cleanWork = async (deps: DeliveryDeps): Promise<void> => {
  const folder = join(deps.dataDir, 'work')
  for (const entry of await readdir(folder).catch(() => []))
    await clean(deps, folder, entry).catch((error) =>
      deps.log.warn({ entry, err: errorText(error) }, 'work.cannot_clean'),
    )
}

const clean = async (deps: DeliveryDeps, folder: string, entry: string): Promise<void> => {
  const [taskId] = OF_TASK.exec(entry) ?? []
  const task = taskId ? await findTask(deps.db, taskId) : undefined
  if (task && !isFinal(task)) return
  const [runId] = OF_RUN.exec(entry) ?? []
  const run = runId ? await findRun(deps.db, runId) : undefined
  if (run && isLive(run)) return
  const project = run && entry === runId ? await requireProject(deps.db, run.projectId) : undefined
  if (run && project?.repository && project.status !== 'archived')
    await (await openWorkTree(deps, project, run.id)).discard()
  else await rm(join(folder, entry), { recursive: true, force: true })
}
