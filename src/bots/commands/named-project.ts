import type { Executor } from '../../db/client.ts'
import { assertProjectName } from '../../domain/projects/name.ts'
import { findProject, listProjects, type Project } from '../../domain/projects/projects.ts'
import { AppError } from '../../errors.ts'
import { nearest } from '../../nearest.ts'

const SEARCHED_MAX = 200

/**
 * The project somebody names.
 * @throws AppError invalid for what cannot be a name; not_found, with the nearest name that is one.
 */
export const namedProject = async (db: Executor, word: string): Promise<Project> => {
  const name = assertProjectName(word.toLowerCase())
  const project = await findProject(db, name)
  if (project) return project
  const { projects } = await listProjects(db, { pageSize: SEARCHED_MAX })
  const near = nearest(
    name,
    projects.map((one) => one.name),
  )
  throw new AppError('not_found', 'no project by that name', {
    userMessage: near
      ? { key: 'error-project-not-found-near', args: { name, nearest: near } }
      : { key: 'error-project-not-found', args: { name } },
  })
}
