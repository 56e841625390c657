import { isProjectName } from '../../domain/projects/name.ts'
import { AppError } from '../../errors.ts'

/** What a model is told that names a project nobody has. */
export const unknownProject = (name: string) =>
  new AppError(
    'not_found',
    isProjectName(name) ? `there is no project ${name}` : 'that is not a project name',
  )
