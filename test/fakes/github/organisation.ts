import { createHash } from 'node:crypto'

export interface FakeRepository {
  id: number
  owner: string
  name: string
  description: string | null
  private: boolean
  archived: boolean
  createdAt: number
  /** GitHub answers 403 or 451 for it, with this reason. */
  blocked: { status: 403 | 451; message: string } | undefined
  /** By path, on the default branch. */
  files: Map<string, string>
}

export type Wish = Partial<Pick<FakeRepository, 'description' | 'private' | 'archived'>> & {
  files?: Record<string, string>
}

const FIRST_ID = 500_000_000

/** The repositories of some accounts, and the names that redirect to them. */
export const createOrganisation = (org: string) => {
  const byId = new Map<number, FakeRepository>()
  const redirects = new Map<string, number>()
  const pages = new Map<string, { body: string; etag: string }>()
  let nextId = FIRST_ID

  const changed = () => pages.clear()
  const fullName = ({ owner, name }: FakeRepository) => `${owner}/${name}`
  const named = (name: string, owner = org): FakeRepository => {
    const found = [...byId.values()].find((one) => one.owner === owner && one.name === name)
    if (!found) throw new Error(`the fake has no repository ${owner}/${name}`)
    return found
  }
  const move = (name: string, to: { owner?: string; name?: string }) => {
    const repository = named(name)
    redirects.set(fullName(repository).toLowerCase(), repository.id)
    Object.assign(repository, to)
    redirects.delete(fullName(repository).toLowerCase())
    changed()
  }

  return {
    org,
    add: (name: string, { files = {}, ...wish }: Wish = {}): FakeRepository => {
      if (!/^[\w.-]{1,100}$/.test(name)) throw new Error(`GitHub takes no repository ${name}`)
      const id = nextId++
      const repository: FakeRepository = {
        id,
        owner: org,
        name,
        description: null,
        private: true,
        archived: false,
        createdAt: id,
        blocked: undefined,
        files: new Map(Object.entries(files)),
        ...wish,
      }
      redirects.delete(fullName(repository).toLowerCase())
      byId.set(id, repository)
      changed()
      return repository
    },
    rename: (name: string, to: string) => move(name, { name: to }),
    transfer: (name: string, owner: string) => move(name, { owner }),
    remove: (name: string): FakeRepository => {
      const repository = named(name)
      byId.delete(repository.id)
      changed()
      return repository
    },
    /** As GitHub's "restore a deleted repository": with the id it had. */
    restore: (repository: FakeRepository) => {
      byId.set(repository.id, repository)
      changed()
    },
    change: (name: string, change: Partial<Omit<FakeRepository, 'id' | 'owner' | 'name'>>) => {
      Object.assign(named(name), change)
      changed()
    },
    named,
    byId: (id: number) => byId.get(id),
    /** The repository, or where its old name leads to. */
    find: (path: string): { repository?: FakeRepository; movedTo?: number } => {
      const wanted = path.toLowerCase()
      const repository = [...byId.values()].find((one) => fullName(one).toLowerCase() === wanted)
      if (repository) return { repository }
      const movedTo = redirects.get(wanted)
      return movedTo !== undefined && byId.has(movedTo) ? { movedTo } : {}
    },
    get size() {
      return [...byId.values()].filter(({ owner }) => owner === org).length
    },
    /** One page as GitHub writes it; kept until something changes. */
    page: (
      query: { page: number; perPage: number; direction: 'asc' | 'desc' },
      url: (id: number) => string,
    ) => {
      const key = JSON.stringify(query)
      const known = pages.get(key)
      if (known) return known
      const { page, perPage, direction } = query
      const all = [...byId.values()]
        .filter(({ owner, blocked }) => owner === org && !blocked)
        .sort((a, b) => (direction === 'asc' ? a.createdAt - b.createdAt : b.createdAt - a.createdAt))
      const body = JSON.stringify(
        all.slice((page - 1) * perPage, page * perPage).map((one) => describe(one, url(one.id))),
      )
      const made = { body, etag: etagOf(body) }
      pages.set(key, made)
      return made
    },
  }
}

export type Organisation = ReturnType<typeof createOrganisation>

export const etagOf = (body: string): string => `W/"${createHash('sha256').update(body).digest('hex')}"`

const TEMPLATES =
  'archive assignees blobs branches collaborators comments commits compare contents contributors deployments downloads events forks git_commits git_refs git_tags hooks issue_comment issue_events issues keys labels languages merges milestones notifications pulls releases stargazers statuses subscribers subscription tags teams trees'.split(
    ' ',
  )

/** As long as the real thing: most of it is addresses that nobody reads. */
export const describe = (one: FakeRepository, url: string) => ({
  id: one.id,
  node_id: `R_kg${one.id}`,
  name: one.name,
  full_name: `${one.owner}/${one.name}`,
  private: one.private,
  owner: {
    login: one.owner,
    id: 4_242,
    type: 'Organization',
    avatar_url: 'https://avatars.githubusercontent.com/u/4242?v=4',
  },
  html_url: `https://github.com/${one.owner}/${one.name}`,
  description: one.description,
  fork: false,
  url,
  ...Object.fromEntries(
    TEMPLATES.map((word) => [
      `${word}_url`,
      `https://api.github.com/repos/${one.owner}/${one.name}/${word}{/${word}}`,
    ]),
  ),
  created_at: new Date(Date.UTC(2020, 0, 1) + (one.createdAt - FIRST_ID) * 1_000).toISOString(),
  homepage: null,
  size: 108,
  stargazers_count: 80,
  language: 'TypeScript',
  archived: one.archived,
  disabled: false,
  open_issues_count: 0,
  license: null,
  visibility: one.private ? 'private' : 'public',
  default_branch: 'main',
  permissions: { admin: false, maintain: false, push: true, triage: true, pull: true },
})
