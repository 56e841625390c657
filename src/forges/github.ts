import type { LookedUp, RepositoryRef, RepositorySource } from '../domain/repositories/source.ts'
import { AppError } from '../errors.ts'
import { createGithubClient, type GithubClientOptions } from './github/client.ts'
import { listPages } from './github/list-pages.ts'
import { parseRepository } from './github/repository.ts'

/** Longer than any honest list of settings. */
const FILE_MAX_LENGTH = 64 * 1024

/** The repositories of an organisation on GitHub (M-2, M-5), read only. */
export const createGithubSource = (options: GithubClientOptions): RepositorySource => {
  const client = createGithubClient(options)
  return {
    kind: 'github',
    owner: options.org,
    listRepositories: (memory, signal) => listPages(client, options.org, memory, signal),

    lookUp: async (repository, signal): Promise<LookedUp> => {
      const { status, text } = await client.get(pathOf(repository), { signal })
      if (status === 404 || status === 410) return { state: 'gone' }
      if (status === 403 || status === 451) return { state: 'refused', status, reason: text }
      return { state: 'there', repository: parseRepository(text) }
    },

    readFile: async ({ repository }, path, signal) => {
      const url = `/repos/${repository}/contents/${path}`
      const { status, text } = await client.get(url, { signal, accept: 'application/vnd.github.raw+json' })
      if (status === 404) return undefined
      if (status === 200) return text.slice(0, FILE_MAX_LENGTH)
      throw new AppError(
        'platform_refused',
        `GitHub does not show ${path} of ${repository}: ${text || status}`,
      )
    },
  }
}

/** By its id, which stays what it is when the name goes to another repository (M-2). */
const pathOf = ({ id, repository }: RepositoryRef): string =>
  id === null ? `/repos/${repository}` : `/repositories/${id}`
