import type { Has } from '../kind.ts'
import { code } from '../shared/code.ts'

/** `src/routes.js` of the URL shortener. */
export const routesSource = (has: Has): string => {
  const counted = has('statistics')
  return code`
import { HttpError, json, page, seeOther } from './http.js'
import { homePage } from './page.js'

export function routes({ links, ${counted && 'statistics, '}baseUrl }) {
  const present = (link, request) => ({
    ...link,
    shortUrl: \`\${baseUrl ?? originOf(request)}/\${link.slug}\`,
    ${counted && 'clicks: statistics.of(link.slug).clicks,'}
  })
  const list = (request) => links.list().map((link) => present(link, request))

  const addFromPage = async (request) => {
    links.add(await request.form())
    return seeOther('/')
  }
  ${
    counted &&
    code`

const showStatistics = (request) => {
  const { slug } = links.get(request.params.slug)
  return json(200, { slug, ...statistics.of(slug) })
}
`
  }
  const follow = (request) => {
    const link = links.${has('expiry') ? 'follow' : 'get'}(request.params.slug)
    ${counted && "if (request.method === 'GET') statistics.count(link.slug)"}
    // Temporary and not cached, so that every visit comes by here.
    return { status: 302, headers: { location: link.url, 'cache-control': 'no-store' }, body: '' }
  }
  ${
    has('link-removal') &&
    code`

const remove = ({ params }) => {
  links.remove(params.slug)
  ${counted && 'statistics.forget(params.slug)'}
  return json(200, { removed: params.slug })
}
const removeFromPage = (request) => {
  remove(request)
  return seeOther('/')
}
`
  }

  return [
    ['GET', '/', (request) => page(homePage(list(request)))],
    ['POST', '/links', addFromPage],
    ${has('link-removal') && "['POST', '/links/:slug/remove', removeFromPage],"}
    ['GET', '/api/links', (request) => json(200, list(request))],
    ['POST', '/api/links', async (request) => json(201, present(links.add(await request.json()), request))],
    ['GET', '/api/links/:slug', (request) => json(200, present(links.get(request.params.slug), request))],
    ${has('link-removal') && "['DELETE', '/api/links/:slug', remove],"}
    ${counted && "['GET', '/api/links/:slug/stats', showStatistics],"}
    ['GET', '/:slug', follow],
  ]
}

/** The address under which the caller reached us; a Host header can hold anything, so it is checked. */
function originOf({ headers }) {
  if (!/^([a-z0-9.-]+|\[[0-9a-f:]+\])(:\d{1,5})?$/i.test(headers.host ?? ''))
    throw new HttpError(400, 'The Host header is not a host name.')
  return \`http://\${headers.host}\`
}
`
}
