import { code } from './code.ts'

export interface ServerOptions {
  /** Routes with the method `*` and a trailing `/*` exist (the webhook catcher). */
  anyMethod: boolean
}

/** `src/server.js`: routing, limits, errors and the request log. */
export const serverSource = ({ anyMethod }: ServerOptions): string => code`
import http from 'node:http'
import { errorPage } from './html.js'
import { HttpError, json, page } from './http.js'
import { readRequest } from './request.js'

const REQUEST_TIMEOUT_MS = 15_000
const STOP_TIMEOUT_MS = 5_000
const SECURITY_HEADERS = {
  'content-security-policy':
    "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  'referrer-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
}

/**
 * An HTTP server over a list of routes \`[method, path, handler]\`. \`:name\` in a path stands for one segment
 * and arrives in \`request.params\`; the first route that matches wins.
 */
export function createServer({ routes, log }) {
  const table = routes.map(([method, path, handle]) => ({ method, pattern: compile(path), handle }))
  return http.createServer({ requestTimeout: REQUEST_TIMEOUT_MS }, async (req, res) => {
    const startedAt = performance.now()
    const request = readRequest(req)
    const { status, headers, body } = await answer(table, request).catch((error) => failure(error, request))
    res.writeHead(status, { ...SECURITY_HEADERS, 'content-length': Buffer.byteLength(body), ...headers })
    res.end(body)
    const ms = Math.round(performance.now() - startedAt)
    log(JSON.stringify({ time: new Date().toISOString(), method: req.method, path: request.path, status, ms }))
  })
}

/** Finishes the requests that are under way, but does not wait for slow ones for ever. */
export function stopServer(server) {
  return new Promise((resolve) => {
    server.close(resolve)
    server.closeIdleConnections()
    setTimeout(() => server.closeAllConnections(), STOP_TIMEOUT_MS).unref()
  })
}

function compile(path) {
  ${
    anyMethod
      ? code`
const source = path
  .replaceAll('.', '\\.')
  .replace(/:(\w+)/g, '(?<$1>[^/]+)')
  .replace('/*', '(?:/.*)?')
`
      : "const source = path.replaceAll('.', '\\\\.').replace(/:(\\w+)/g, '(?<$1>[^/]+)')"
  }
  return new RegExp(\`^\${source}$\`)
}

async function answer(table, request) {
  const matching = table.filter(({ pattern }) => pattern.test(request.path))
  if (matching.length === 0) throw new HttpError(404, 'There is nothing at this address.')
  const method = request.method === 'HEAD' ? 'GET' : request.method
  const route = matching.find((candidate) => ${
    anyMethod ? "[method, '*'].includes(candidate.method)" : 'candidate.method === method'
  })
  if (!route) {
    const allow = [...new Set(matching.map((candidate) => candidate.method))].join(', ')
    throw new HttpError(405, \`\${request.method} is not possible here, only \${allow}.\`, { allow })
  }
  ${
    anyMethod
      ? "if (!['GET', '*'].includes(route.method)) refuseOtherSites(request)"
      : "if (route.method !== 'GET') refuseOtherSites(request)"
  }
  const captured = Object.entries(route.pattern.exec(request.path).groups ?? {})
  request.params = Object.fromEntries(captured.map(([name, value]) => [name, decode(value)]))
  return route.handle(request)
}

/** A page of another site must not send forms in the name of the person who looks at it. */
function refuseOtherSites({ headers }) {
  const site = headers['sec-fetch-site']
  const foreign = site
    ? !['same-origin', 'none'].includes(site)
    : headers.origin && headers.origin.replace(/^https?:\/\//, '') !== headers.host
  if (foreign) throw new HttpError(403, 'Requests from other sites are refused.')
}

function decode(segment) {
  try {
    return decodeURIComponent(segment)
  } catch {
    throw new HttpError(400, 'The address is not encoded properly.')
  }
}

function failure(error, request) {
  const known = error instanceof HttpError
  if (!known) console.error(error)
  const status = known ? error.status : 500
  const message = known ? error.message : 'Something went wrong on our side.'
  const response = request.wantsPage ? page(errorPage(status, message), status) : json(status, { error: message })
  return { ...response, headers: { ...response.headers, ...error.headers } }
}
`

/** `src/request.js`: what a handler is given. */
export const requestSource = code`
import { HttpError } from './http.js'

const MAX_BODY_BYTES = 64 * 1024
/** A caller who sends more than this is cut off without an answer. */
const MAX_READ_BYTES = 1024 * 1024

/** A request as handlers see it; the body is read only by those that ask for it. */
export function readRequest(req) {
  const queryAt = req.url.indexOf('?')
  const path = queryAt < 0 ? req.url : req.url.slice(0, queryAt)
  return {
    method: req.method,
    path,
    query: new URLSearchParams(queryAt < 0 ? '' : req.url.slice(queryAt)),
    params: {},
    headers: req.headers,
    wantsPage: !path.startsWith('/api/') && (req.headers.accept ?? '').includes('text/html'),
    body: () => readBody(req),
    json: async () => parseObject(await readBody(req)),
    form: async () => Object.fromEntries(new URLSearchParams((await readBody(req)).toString())),
  }
}

async function readBody(req) {
  const chunks = []
  let size = 0
  // An over-long body is read to its end, within reason: answering earlier would reset the connection, and the
  // caller would never see why.
  for await (const chunk of req) {
    size += chunk.length
    if (size <= MAX_BODY_BYTES) chunks.push(chunk)
    else if (size > MAX_READ_BYTES) break
  }
  if (size > MAX_BODY_BYTES) throw new HttpError(413, \`The body is larger than \${MAX_BODY_BYTES / 1024} KB.\`)
  return Buffer.concat(chunks)
}

function parseObject(body) {
  let value
  try {
    value = JSON.parse(body.toString())
  } catch {
    throw new HttpError(400, 'The body is not valid JSON.')
  }
  if (value === null || typeof value !== 'object' || Array.isArray(value))
    throw new HttpError(400, 'The body must be a JSON object.')
  return value
}
`
