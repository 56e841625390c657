import type { Has } from '../kind.ts'
import { code } from '../shared/code.ts'

/** `src/requests.js`: what was caught. */
export const requestsSource = (has: Has): string => code`
import { isUtf8 } from 'node:buffer'
import { randomUUID } from 'node:crypto'
import { HttpError } from './http.js'

const BIN = /^[A-Za-z0-9][A-Za-z0-9_-]{0,39}$/
/** Of all bins together: the oldest make room for the newest, so that nobody can fill the disk. */
const MAX_KEPT = 1000
${has('retention') && 'const DAY_MS = 24 * 60 * 60 * 1000'}

/** Requests sorted into bins. A bin needs no creating: it is there once something was sent to it. */
export function createRequests({ store, ${has('retention') && 'retentionDays, '}now }) {
  ${
    has('retention') &&
    code`
const dropOld = () => {
  const limit = new Date(now().getTime() - retentionDays * DAY_MS).toISOString()
  for (const { id, at } of store.values()) if (at < limit) store.delete(id)
}
`
  }
  const inBin = (bin) => {
    ${has('retention') && 'dropOld()'}
    return store.values().filter((caught) => caught.bin === bin)
  }

  return {
    async catch(bin, request) {
      if (!BIN.test(bin)) throw new HttpError(400, 'A bin is named with up to 40 letters, digits, - or _.')
      const body = await request.body()
      const caught = {
        id: randomUUID(),
        bin,
        at: now().toISOString(),
        method: request.method,
        path: request.path,
        query: Object.fromEntries(request.query),
        headers: request.headers,
        // Whatever is not text is kept byte for byte.
        ...(isUtf8(body) ? { body: body.toString() } : { bodyBase64: body.toString('base64') }),
      }
      ${has('retention') && 'dropOld()'}
      store.put(caught.id, caught)
      for (const { id } of store.values().slice(0, -MAX_KEPT)) store.delete(id)
      return caught
    },

    /** The newest first. */
    ${
      has('search')
        ? code`
list(bin, q = '') {
  const found = inBin(bin).filter((caught) => mentions(caught, q.toLowerCase()))
  return found.reverse()
},
`
        : 'list: (bin) => inBin(bin).reverse(),'
    }

    get(bin, id) {
      const caught = inBin(bin).find((candidate) => candidate.id === id)
      if (!caught) throw new HttpError(404, 'There is no such request.')
      return caught
    },

    clear(bin) {
      for (const { id } of inBin(bin)) store.delete(id)
    },

    /** Every bin with its number of requests and the time of the last one. */
    bins() {
      ${has('retention') && 'dropOld()'}
      const bins = new Map()
      for (const { bin, at } of store.values())
        bins.set(bin, { bin, requests: (bins.get(bin)?.requests ?? 0) + 1, lastAt: at })
      return [...bins.values()]
    },
  }
}
${
  has('search') &&
  code`

/** Whether the words stand anywhere in the address, the headers or the body. */
const mentions = ({ path, query, headers, body = '' }, words) =>
  \`\${path}\n\${JSON.stringify({ query, headers })}\n\${body}\`.toLowerCase().includes(words)
`
}
`

/** `src/responses.js`: what senders are answered. */
export const responsesSource = code`
import { HttpError } from './http.js'

const MAX_BODY = 10_000
const CONTENT_TYPE = /^[\w.+-]+\/[\w.+-]+(; ?charset=[\w-]+)?$/

/** A rule per bin: the answer that its senders get instead of the usual one. */
export function createResponses({ store }) {
  return {
    get: (bin) => store.get(bin) ?? null,

    set(bin, { status = 200, contentType = 'application/json', body = '' }) {
      if (!Number.isInteger(status) || status < 200 || status > 599)
        throw new HttpError(400, '“status” must be a number from 200 to 599.')
      if (typeof contentType !== 'string' || !CONTENT_TYPE.test(contentType))
        throw new HttpError(400, '“contentType” must be a media type such as text/plain.')
      if (typeof body !== 'string' || body.length > MAX_BODY)
        throw new HttpError(400, \`“body” must be a text of at most \${MAX_BODY} characters.\`)
      const rule = { status, contentType, body }
      store.put(bin, rule)
      return rule
    },

    reset: (bin) => store.delete(bin),
  }
}
`

/** `src/routes.js` of the webhook catcher. */
export const routesSource = (has: Has): string => code`
import { json, page, seeOther } from './http.js'
import { binPage, homePage } from './page.js'

export function routes({ requests${has('response-rules') && ', responses'} }) {
  ${has('search') && "const search = ({ params, query }) => requests.list(params.bin, query.get('q') ?? '')"}
  const showBin = (${has('search') ? 'request' : '{ params }'}) => {
    ${has('search') && "const { params, query } = request\nconst q = query.get('q') ?? ''"}
    return page(binPage({ bin: params.bin, ${has('search') ? 'q, caught: search(request)' : 'caught: requests.list(params.bin)'}${
      has('response-rules') && ', rule: responses.get(params.bin)'
    } }))
  }
  const clearFromPage = ({ params }) => {
    requests.clear(params.bin)
    return seeOther(\`/bins/\${params.bin}\`)
  }
  const clear = ({ params }) => {
    requests.clear(params.bin)
    return json(200, { cleared: params.bin })
  }
  ${
    has('response-rules') &&
    code`
const setResponse = async (request) => json(200, responses.set(request.params.bin, await request.json()))
const resetResponse = ({ params }) => {
  responses.reset(params.bin)
  return json(200, { reset: params.bin })
}
`
  }
  const catchRequest = async (request) => {
    const { id } = await requests.catch(request.params.bin, request)
    ${
      has('response-rules') &&
      code`
const rule = responses.get(request.params.bin)
if (rule) return { status: rule.status, headers: { 'content-type': rule.contentType }, body: rule.body }
`
    }
    return json(200, { caught: id })
  }

  return [
    ['*', '/hook/:bin/*', catchRequest],
    ['GET', '/', () => page(homePage(requests.bins()))],
    ['GET', '/bins/:bin', showBin],
    ['POST', '/bins/:bin/clear', clearFromPage],
    ['GET', '/api/bins', () => json(200, requests.bins())],
    ['DELETE', '/api/bins/:bin', clear],
    ['GET', '/api/bins/:bin/requests', ${has('search') ? '(request) => json(200, search(request))' : '({ params }) => json(200, requests.list(params.bin))'}],
    ['GET', '/api/bins/:bin/requests/:id', ({ params }) => json(200, requests.get(params.bin, params.id))],
    ${
      has('response-rules') &&
      code`
['GET', '/api/bins/:bin/response', ({ params }) => json(200, { rule: responses.get(params.bin) })],
['PUT', '/api/bins/:bin/response', setResponse],
['DELETE', '/api/bins/:bin/response', resetResponse],
`
    }
  ]
}
`

/** `src/page.js` of the webhook catcher. */
export const pageSource = (title: string, has: Has): string => code`
import { html, layout, moment } from './html.js'

const TITLE = ${title}

export function homePage(bins) {
  const content = html\`
<h1>\${TITLE}</h1>
<p>Send anything to <code>/hook/NAME</code> and look at it here.</p>
\${bins.length === 0 ? html\`<p class="muted">Nothing was caught yet.</p>\` : html\`<table>\${bins.map(binRow)}</table>\`}\`
  return layout(TITLE, content)
}

export function binPage({ bin, caught${has('search') && ', q'}${has('response-rules') && ', rule'} }) {
  const content = html\`
<p><a href="/">← \${TITLE}</a></p>
<h1>\${bin}</h1>
<p class="muted">Caught at <code>/hook/\${bin}</code>${has('response-rules') && code` and answered with \${rule ? rule.status : 200}`}</p>
${
  has('search') &&
  code`
<form method="get">
  <label>Search
    <input type="search" name="q" value="\${q}">
  </label>
  <button class="quiet">Find</button>
</form>
`
}
<form method="post" action="/bins/\${bin}/clear"><button class="quiet">Clear</button></form>
\${caught.length === 0 ? html\`<p class="muted">Nothing here.</p>\` : caught.map(caughtItem)}\`
  return layout(bin, content)
}

const binRow = ({ bin, requests, lastAt }) => html\`
  <tr>
    <td><a href="/bins/\${bin}">\${bin}</a></td>
    <td>\${requests}</td>
    <td>\${moment(lastAt)}</td>
  </tr>\`

const caughtItem = ({ at, method, path, query, headers, body, bodyBase64 }) => html\`
<article>
  <strong>\${method}</strong> \${path} <span class="muted">\${moment(at)}</span>
  \${Object.keys(query).length > 0 && html\`<pre>\${JSON.stringify(query, null, 2)}</pre>\`}
  \${body && html\`<pre>\${body}</pre>\`}
  \${bodyBase64 && html\`<p class="muted">Not text, here as Base64:</p><pre>\${bodyBase64}</pre>\`}
  <details>
    <summary class="muted">Headers</summary>
    <pre>\${JSON.stringify(headers, null, 2)}</pre>
  </details>
</article>\`
`
