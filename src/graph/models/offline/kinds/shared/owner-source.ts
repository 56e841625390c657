import { code } from './code.ts'
import type { ServiceParts } from './service-source.ts'

const PROTECT = {
  marked: 'return { only }',
  writes: code`
return {
  /** Reading stays open to everybody. */
  protect: (routes) =>
    routes.map(([method, path, handle]) => [method, path, method === 'GET' ? handle : only(handle)]),
}
`,
  everything: code`
return {
  protect: (routes) => routes.map(([method, path, handle]) => [method, path, only(handle)]),
}
`,
  'all-but-any-method': code`
return {
  /** Catching stays open: those who send webhooks have no key. */
  protect: (routes) => routes.map(([method, path, handle]) => [method, path, method === '*' ? handle : only(handle)]),
}
`,
}

export const OWNER_FILE = 'src/owner.js'

/** `src/owner.js`: one key, for the one person the service belongs to. */
export const ownerSource = (ownerOnly: ServiceParts['ownerOnly']): string => code`
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { HttpError } from './http.js'

/**
 * The owner proves who they are with a key: \`Authorization: Bearer KEY\`, or as the password when the browser
 * asks for one. Without a configured key, one is made at the first start and kept in \`file\`.
 */
export function openOwner(file, configuredKey) {
  const expected = digest(configuredKey || savedKey(file))

  const requireOwner = (request) => {
    const given = keyOf(request.headers.authorization ?? '')
    if (timingSafeEqual(digest(given), expected)) return
    const challenge = { 'www-authenticate': 'Basic realm="owner", charset="UTF-8"' }
    throw new HttpError(401, 'Only the owner may do this. Send the owner key.', challenge)
  }

  const only = (handle) => (request) => {
    requireOwner(request)
    return handle(request)
  }

  ${PROTECT[ownerOnly]}
}

function savedKey(file) {
  const saved = existsSync(file) ? readFileSync(file, 'utf8').trim() : ''
  if (saved) return saved
  const key = randomBytes(18).toString('base64url')
  writeFileSync(file, \`\${key}\n\`, { mode: 0o600 })
  return key
}

function keyOf(authorization) {
  const [scheme, value = ''] = authorization.split(' ')
  if (scheme.toLowerCase() === 'bearer') return value
  const pair = Buffer.from(value, 'base64').toString()
  return pair.slice(pair.indexOf(':') + 1)
}

/** Digests have one length, which timingSafeEqual needs, and tell nothing about the key's own. */
const digest = (text) => createHash('sha256').update(text).digest()
`
