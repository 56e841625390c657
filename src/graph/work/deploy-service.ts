import { rm } from 'node:fs/promises'
import { z } from 'zod'
import { requireProject } from '../../domain/projects/projects.ts'
import { exportFolder, repositoryOf } from '../work-tree.ts'
import type { WorkHandler } from './handler.ts'
import { runOf } from './task-ids.ts'

export const deployInput = z.object({
  /** A commit, or enough of its name. */
  ref: z.string(),
  version: z.string(),
  port: z.number(),
  url: z.string(),
})

export const deployResult = z.union([
  z.object({ ok: z.literal(true) }),
  z.object({
    ok: z.literal(false),
    reason: z.string(),
    logTail: z.string(),
    rolledBack: z.boolean(),
    portTaken: z.boolean(),
  }),
])

/** Exports a commit and hands it to the deployer. A version that does not answer is a result, told and rolled back. */
export const deployService: WorkHandler = async (deps, task) => {
  const { ref, version, port, url } = deployInput.parse(task.input)
  const { runId, projectId } = runOf(task)
  const project = await requireProject(deps.db, projectId)
  const releaseDir = exportFolder(deps, runId, version)
  await deps.forge.exportTree({ repository: repositoryOf(project), ref, dir: releaseDir })
  try {
    return {
      ...(await deps.deployer.deploy({
        service: { name: project.name, projectId: project.id },
        releaseDir,
        version,
        port,
        env: { BASE_URL: url },
      })),
    }
  } finally {
    await rm(releaseDir, { recursive: true, force: true })
  }
}
