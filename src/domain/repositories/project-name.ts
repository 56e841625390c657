import { isProjectName, PROJECT_NAME_MAX } from '../projects/name.ts'

/** Room for a number behind a name that is taken. */
const LONGEST = PROJECT_NAME_MAX - 6

/** What a project is called that was found as this repository: `My_Repo.js` becomes `my-repo-js`. */
export const projectNameFor = (repository: string): string => {
  const plain = repository
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
  const begun = /^[a-z]/.test(plain) ? plain : `repo-${plain}`
  const name = begun.slice(0, LONGEST).replaceAll(/-+$/g, '')
  return isProjectName(name) ? name : 'repo'
}

/** Gives out names that nobody has; `taken` learns of each. */
export const freeNameAmong = (taken: Set<string>, wish: string): string => {
  let name = wish
  for (let number = 2; taken.has(name); number++) name = `${wish}-${number}`
  taken.add(name)
  return name
}
