/** A repository as its forge tells of it. */
export interface ListedRepository {
  /** The forge's own id, which no rename and no transfer changes (M-2); null where there are only names. */
  id: number | null
  /** What a project row calls it: `owner/name` on GitHub, the name on this machine. */
  repository: string
  name: string
  description: string
  url: string
  isPrivate: boolean
  isArchived: boolean
}

export type RepositoryRef = Pick<ListedRepository, 'id' | 'repository'>

/** What the forge says when it is asked for one repository. */
export type LookedUp =
  | { state: 'there'; repository: ListedRepository }
  /** It says for certain that there is none. */
  | { state: 'gone' }
  /** It does not let us see it, and says why: blocked, or taken down for legal reasons. */
  | { state: 'refused'; status: number; reason: string }

/** A complete listing: every page was read. */
export interface Listing {
  /** One for each page, the same as long as the page says the same; undefined when the forge cannot tell. */
  marks: readonly (string | undefined)[]
  /** How often the forge was asked, and how often it had something new to say. */
  requests: number
  changedPages: number
  /** One of the pages, counted from 1. */
  page(number: number): Promise<ListedRepository[]>
  /** The identities of all repositories on all pages, see `identityOf`. */
  identities(): Promise<ReadonlySet<string>>
}

/** What tells a repository from all others, now and later: its id, and where there is none, its name. */
export const identityOf = ({ id, repository }: RepositoryRef): string =>
  id === null ? repository : String(id)

export interface KeptPage {
  page: number
  etag: string
  repositories: readonly ListedRepository[]
}

/** What is kept of earlier listings, so that an unchanged page is not sent again (M-5). Pages count from 1. */
export interface ListingMemory {
  etags(): Promise<ReadonlyMap<number, string>>
  read(page: number): Promise<ListedRepository[]>
  write(pages: readonly KeptPage[]): Promise<void>
  /** The ids of all repositories on all pages. */
  ids(): Promise<string[]>
  /** The listing became shorter. */
  forgetAfter(page: number): Promise<void>
}

/** Where repositories are known from: this machine, or an organisation on GitHub. One contract for both. */
export interface RepositorySource {
  readonly kind: 'local' | 'github'
  /** Whose repositories they are, in a word that people know. */
  readonly owner: string
  /**
   * All of them, or an error: half a listing is none.
   * @throws AppError platform_unavailable, rate_limited, misconfigured.
   */
  listRepositories(memory: ListingMemory, signal: AbortSignal): Promise<Listing>
  /** @throws AppError platform_unavailable when it cannot be told. */
  lookUp(repository: RepositoryRef, signal: AbortSignal): Promise<LookedUp>
  /**
   * A text file of the default branch, undefined when there is none.
   * @throws AppError platform_unavailable.
   */
  readFile(repository: RepositoryRef, path: string, signal: AbortSignal): Promise<string | undefined>
}
