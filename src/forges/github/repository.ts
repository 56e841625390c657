import { z } from 'zod'
import type { ListedRepository } from '../../domain/repositories/source.ts'
import { AppError } from '../../errors.ts'

/** What of GitHub's repository object is kept. */
const repository = z.object({
  id: z.int().positive(),
  name: z.string().min(1),
  full_name: z.string().min(1),
  description: z.string().nullish(),
  html_url: z.string(),
  private: z.boolean(),
  archived: z.boolean().default(false),
})

const DESCRIPTION_MAX = 500

const listed = (raw: z.infer<typeof repository>): ListedRepository => ({
  id: raw.id,
  repository: raw.full_name,
  name: raw.name,
  description: (raw.description ?? '').slice(0, DESCRIPTION_MAX),
  url: raw.html_url,
  isPrivate: raw.private,
  isArchived: raw.archived,
})

/** @throws AppError platform_unavailable for what is no repository: a proxy may answer 200 with a page of its own. */
export const parseRepository = (text: string): ListedRepository => listed(parse(repository, text))

/** @throws AppError platform_unavailable, as above. */
export const parseRepositories = (text: string): ListedRepository[] =>
  parse(z.array(repository), text).map(listed)

const parse = <T>(shape: z.ZodType<T>, text: string): T => {
  try {
    return shape.parse(JSON.parse(text))
  } catch (error) {
    throw new AppError(
      'platform_unavailable',
      'GitHub answered with something that is no list of repositories',
      {
        cause: error,
      },
    )
  }
}
