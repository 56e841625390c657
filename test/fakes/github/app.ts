import { generateKeyPairSync, verify } from 'node:crypto'
import type { Clock } from '../../../src/clock.ts'
import { type Answer, refusal } from './routes.ts'

const INSTALLATION = 77
const JWT_LIFE_MAX_S = 600

/** A GitHub App that is installed in one organisation: who signs with its key gets tokens. */
export const createFakeApp = (org: string, clock: Clock) => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  })
  const appId = '4321'
  const tokens = new Set<string>()
  const isSigned = (authorization: string): boolean => {
    const [head = '', body = '', signature = ''] = authorization.replace(/^bearer /i, '').split('.')
    if (!verify('sha256', Buffer.from(`${head}.${body}`), publicKey, Buffer.from(signature, 'base64url')))
      return false
    const { iss, iat, exp } = JSON.parse(Buffer.from(body, 'base64url').toString('utf8'))
    return String(iss) === appId && exp - iat <= JWT_LIFE_MAX_S
  }
  const json = (status: number, value: unknown): Answer => ({
    status,
    headers: { 'content-type': 'application/json; charset=utf-8' },
    body: JSON.stringify(value),
  })
  return {
    appId,
    privateKey: privateKey.toString(),
    tokens,
    isInstalled: true,
    /** Undefined for what is no question of the app itself. */
    answer(method: string, path: string, authorization: string): Answer | undefined {
      const isInstallation = method === 'GET' && path === `/orgs/${org}/installation`
      const isToken = method === 'POST' && path === `/app/installations/${INSTALLATION}/access_tokens`
      if (!isInstallation && !isToken) return undefined
      if (!isSigned(authorization)) return refusal(401, 'A JSON web token could not be decoded')
      if (!this.isInstalled) return refusal(404, 'Not Found')
      if (isInstallation) return json(200, { id: INSTALLATION, account: { login: org } })
      const token = `ghs_${tokens.size + 1}`
      tokens.add(token)
      return json(201, {
        token,
        expires_at: new Date(clock.now().getTime() + 3_600_000).toISOString(),
        permissions: { metadata: 'read', contents: 'read' },
        repository_selection: 'all',
      })
    },
  }
}
