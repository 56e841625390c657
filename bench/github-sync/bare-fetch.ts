export interface Place {
  root: string
  token: string
  org: string
}

/** What no sync can do without: every page, one after another, parsed. @returns how many repositories there are. */
export const bareFetch = async ({ root, token, org }: Place): Promise<number> => {
  let count = 0
  let next: string | undefined =
    `${root}/orgs/${org}/repos?type=all&sort=created&direction=asc&per_page=100&page=1`
  while (next !== undefined) {
    const response: Response = await fetch(next, {
      headers: { authorization: `token ${token}`, 'user-agent': 'bench' },
    })
    const page = (await response.json()) as unknown[]
    count += page.length
    next = /<([^>]+)>; rel="next"/.exec(response.headers.get('link') ?? '')?.[1]
  }
  return count
}
