import type { KeptPage, ListedRepository, Listing, ListingMemory } from '../../domain/repositories/source.ts'
import { AppError } from '../../errors.ts'
import type { GithubAnswer, GithubClient } from './client.ts'
import { parseRepositories } from './repository.ts'

export const PAGE_SIZE = 100
/** Each write waits for the disk. */
const WRITTEN_AT_ONCE = 10
/** A million repositories: more is a loop. */
const PAGES_MAX = 10_000

/**
 * Reads an organisation page by page, oldest repository first, so that a new one changes the last page only. Pages
 * that are known are asked for with their ETag: GitHub answers 304 to what has not changed, and does not count it.
 *
 * @throws AppError as the client does; misconfigured when there is no such organisation.
 */
export const listPages = async (
  client: GithubClient,
  org: string,
  memory: ListingMemory,
  signal: AbortSignal,
): Promise<Listing> => {
  const etags = await memory.etags()
  /** By page; undefined where the memory has it. */
  const pages: (ListedRepository[] | undefined)[] = []
  const seen: string[] = []
  let changedPages = 0
  let unwritten: KeptPage[] = []
  let writing: Promise<void> = Promise.resolve()
  const flush = () => {
    const batch = unwritten
    unwritten = []
    writing = writing.then(() => memory.write(batch))
    return writing
  }
  const ask = (page: number): Promise<GithubAnswer> => {
    if (page > PAGES_MAX) throw new AppError('platform_unavailable', 'the list of repositories does not end')
    const asked = client.get(pathOf(org, page), { etag: etags.get(page), signal })
    // A page that cannot be read ends the listing while the next is on its way, and nobody waits for that one.
    asked.catch(() => {})
    return asked
  }
  try {
    let coming = ask(1)
    for (let page = 1, more = true; more; page++) {
      // What was read is written while the next page is on its way.
      const [answer] = await Promise.all([coming, unwritten.length >= WRITTEN_AT_ONCE ? flush() : undefined])
      const isKnownToGoOn = hasNext(answer) === true
      // Before this one is read, which takes about as long as GitHub's way here.
      if (isKnownToGoOn) coming = ask(page + 1)
      if (answer.status === 304) {
        pages.push(undefined)
        seen.push(etags.get(page) ?? '')
        more = hasNext(answer) ?? (etags.has(page + 1) || isFull(await memory.read(page)))
      } else {
        const repositories = parseRepositories(listOf(answer, org))
        const etag = String(answer.headers.etag ?? '')
        pages.push(repositories)
        seen.push(etag)
        changedPages++
        unwritten.push({ page, etag, repositories })
        more = hasNext(answer) ?? isFull(repositories)
      }
      if (more && !isKnownToGoOn) coming = ask(page + 1)
    }
  } finally {
    // Of a listing that failed, too: the next one need not ask for these pages again.
    await flush()
  }
  if (etags.size > pages.length) await memory.forgetAfter(pages.length)
  return {
    marks: seen.map((etag) => etag || undefined),
    requests: pages.length,
    changedPages,
    page: async (number) => pages[number - 1] ?? (await memory.read(number)),
    identities: async () => new Set(await memory.ids()),
  }
}

const pathOf = (org: string, page: number): string =>
  `/orgs/${encodeURIComponent(org)}/repos?type=all&sort=created&direction=asc&per_page=${PAGE_SIZE}&page=${page}`

const isFull = (repositories: readonly unknown[]): boolean => repositories.length >= PAGE_SIZE

/** Undefined when GitHub does not say, as with some 304: then a full page has another behind it. */
const hasNext = ({ headers }: GithubAnswer): boolean | undefined =>
  headers.link === undefined ? undefined : /;\s*rel="next"/.test(String(headers.link))

const listOf = ({ status, text }: GithubAnswer, org: string): string => {
  if (status === 200) return text
  if (status === 404)
    throw new AppError(
      'misconfigured',
      `there is no organisation ${org} on GitHub, or the token may not see it`,
    )
  throw new AppError('platform_refused', `GitHub does not list the repositories of ${org}: ${text || status}`)
}
