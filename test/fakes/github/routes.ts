import { describe, etagOf, type FakeRepository, type Organisation } from './organisation.ts'

export interface Answer {
  status: number
  headers?: Record<string, string>
  body?: string
}

export interface Asked {
  url: URL
  accept: string
}

const PER_PAGE_MAX = 100
const PER_PAGE_DEFAULT = 30

export const refusal = (status: number, message: string): Answer => ({
  status,
  headers: { 'content-type': 'application/json; charset=utf-8' },
  body: JSON.stringify({
    message,
    documentation_url: 'https://docs.github.com/rest',
    status: String(status),
  }),
})

const json = (value: unknown): Answer => {
  const body = JSON.stringify(value)
  return {
    status: 200,
    headers: { 'content-type': 'application/json; charset=utf-8', etag: etagOf(body) },
    body,
  }
}

/** What GitHub's REST API answers to a GET, before limits and faults. */
export const answerGet = (organisation: Organisation, root: string, { url, accept }: Asked): Answer => {
  const path = decodeURIComponent(url.pathname)
  const [, org] = /^\/orgs\/([^/]+)\/repos$/.exec(path) ?? []
  if (org !== undefined)
    return org.toLowerCase() === organisation.org.toLowerCase()
      ? listRepositories(organisation, root, url)
      : refusal(404, 'Not Found')
  const [, id] = /^\/repositories\/(\d+)$/.exec(path) ?? []
  if (id !== undefined) return showRepository(organisation.byId(Number(id)), root)
  const [, name = '', rest = ''] = /^\/repos\/([^/]+\/[^/]+)(\/.*)?$/.exec(path) ?? []
  if (name === '') return refusal(404, 'Not Found')
  const { repository, movedTo } = organisation.find(name)
  if (movedTo !== undefined)
    return {
      ...refusal(301, 'Moved Permanently'),
      headers: { location: `${root}/repositories/${movedTo}${rest}` },
    }
  if (rest === '') return showRepository(repository, root)
  const [, file] = /^\/contents\/(.+)$/.exec(rest) ?? []
  const text = file === undefined ? undefined : repository?.files.get(file)
  if (repository?.blocked) return refusal(repository.blocked.status, repository.blocked.message)
  if (text === undefined) return refusal(404, 'Not Found')
  if (accept.includes('raw'))
    return { status: 200, headers: { 'content-type': accept, etag: etagOf(text) }, body: text }
  return json({ type: 'file', encoding: 'base64', content: Buffer.from(text).toString('base64') })
}

const showRepository = (repository: FakeRepository | undefined, root: string): Answer => {
  if (!repository) return refusal(404, 'Not Found')
  if (repository.blocked) return refusal(repository.blocked.status, repository.blocked.message)
  return json(describe(repository, `${root}/repositories/${repository.id}`))
}

const listRepositories = (organisation: Organisation, root: string, url: URL): Answer => {
  const wanted = Number(url.searchParams.get('per_page') ?? PER_PAGE_DEFAULT)
  const perPage = wanted >= 1 ? Math.min(wanted, PER_PAGE_MAX) : PER_PAGE_DEFAULT
  const page = Math.max(1, Number(url.searchParams.get('page') ?? 1))
  // Sorted by the time of creation GitHub begins with the newest, unless told.
  const direction = url.searchParams.get('direction') === 'asc' ? 'asc' : 'desc'
  const { body, etag } = organisation.page({ page, perPage, direction }, (id) => `${root}/repositories/${id}`)
  const last = Math.max(1, Math.ceil(organisation.size / perPage))
  const linkTo = (number: number, rel: string) => {
    const target = new URL(url.pathname + url.search, root)
    target.searchParams.set('page', String(number))
    return `<${target.href}>; rel="${rel}"`
  }
  const links = [
    ...(page > 1 ? [linkTo(page - 1, 'prev')] : []),
    ...(page < last ? [linkTo(page + 1, 'next'), linkTo(last, 'last')] : []),
    ...(page > 1 ? [linkTo(1, 'first')] : []),
  ]
  return {
    status: 200,
    headers: {
      'content-type': 'application/json; charset=utf-8',
      etag,
      ...(links.length > 0 && { link: links.join(', ') }),
    },
    body,
  }
}
