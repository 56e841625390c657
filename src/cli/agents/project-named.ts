import type { Executor } from '../../db/client.ts'
import { findProject, type Project } from '../../domain/projects/projects.ts'
import { AppError } from '../../errors.ts'

/** @throws AppError not_found. */
export const projectNamed = async (db: Executor, name: string): Promise<Project> => {
  const project = await findProject(db, name)
  if (!project) throw new AppError('not_found', `There is no project ${name}.`)
  return project
}
