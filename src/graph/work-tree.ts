import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Project } from '../domain/projects/projects.ts'
import { AppError } from '../errors.ts'
import type { RepositoryRef, WorkTree } from '../forges/forge.ts'
import type { DeliveryDeps } from './session.ts'

export const DEFAULT_BRANCH = 'main'

/** Where a run works: its own branch, its own folder. Opening it again finds what is there. */
export const openWorkTree = (
  { forge, dataDir }: DeliveryDeps,
  project: Project,
  runId: string,
): Promise<WorkTree> => {
  return forge.checkout({
    repository: repositoryOf(project),
    branch: branchOf(runId),
    base: DEFAULT_BRANCH,
    dir: join(dataDir, 'work', runId),
  })
}

/** Where a version of the project is put together for the deployer. */
export const exportFolder = ({ dataDir }: DeliveryDeps, runId: string, version: string): string =>
  join(dataDir, 'work', `${runId}-${version}`)

/** What a process that was killed while it put a version together left of it, half made or whole. */
export const removeExports = async (
  { dataDir }: Pick<DeliveryDeps, 'dataDir'>,
  runId: string,
): Promise<void> => {
  const work = join(dataDir, 'work')
  const left = (await readdir(work).catch(() => [])).filter((entry) => entry.startsWith(`${runId}-`))
  await Promise.all(left.map((entry) => rm(join(work, entry), { recursive: true, force: true })))
}

/** @throws AppError internal for a project whose repository was not made yet. */
export const repositoryOf = (project: Project): RepositoryRef => {
  if (!project.repository) throw new AppError('internal', `project ${project.name} has no repository yet`)
  return { kind: project.forge === 'github' ? 'github' : 'local', name: project.repository }
}

export const branchOf = (runId: string): string => `run/${runId.slice(0, 8)}`
