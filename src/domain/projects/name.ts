import { AppError } from '../../errors.ts'

/** A project's name is also its repository's, its folder's and part of its address: so it is kept plain. */
const NAME = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/
export const PROJECT_NAME_MAX = 40

export const isProjectName = (name: string): boolean => name.length <= PROJECT_NAME_MAX && NAME.test(name)

/** @throws AppError invalid, telling what a name looks like. */
export const assertProjectName = (name: string): string => {
  if (isProjectName(name)) return name
  throw new AppError('invalid', 'not a project name', {
    userMessage: { key: 'project-name-invalid', args: { name: name.slice(0, 60), max: PROJECT_NAME_MAX } },
  })
}
