import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { requireProject } from '../domain/projects/projects.ts'
import { findRun, isLive } from '../domain/runs/runs.ts'
import type { DeliveryDeps } from '../graph/session.ts'
import { openWorkTree } from '../graph/work-tree.ts'

const RUN_ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/

/**
 * Takes away what a process that was killed left below `work`: trees of runs that are over, exported releases.
 * Uncommitted work in a tree is kept as a rescue ref of its repository.
 */
export const cleanWork = async (deps: DeliveryDeps): Promise<void> => {
  const folder = join(deps.dataDir, 'work')
  for (const entry of await readdir(folder).catch(() => [])) {
    const id = entry.match(RUN_ID)?.[0]
    const run = id ? await findRun(deps.db, id) : undefined
    if (run && isLive(run)) continue
    const project = run && entry === id ? await requireProject(deps.db, run.projectId) : undefined
    if (run && project?.repository && project.status !== 'archived')
      await (await openWorkTree(deps, project, run.id)).discard()
    else await rm(join(folder, entry), { recursive: true, force: true })
  }
}
