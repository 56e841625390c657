import { type IncomingMessage, request } from 'node:http'
import type { Socket } from 'node:net'
import type { CheckFacts, CheckTarget } from '../../db/shapes/server.ts'
import { connect, secure } from './connect.ts'
import { type Outcome, type ProbeContext, Unwell } from './outcome.ts'
import { certificateProblem } from './tls.ts'

const REDIRECTS_MAX = 5
/** Of a body, when something is looked for in it. */
const BODY_MAX_BYTES = 64 * 1024
const HEADERS_MAX_BYTES = 16 * 1024
const VERSION_SHOWN = 80
const PORTS: Readonly<Record<string, number>> = { 'http:': 80, 'https:': 443 }

/**
 * Asks an address until it answers something that is no redirect. Good is 2xx, and with a `version` only an answer
 * that names it. Every hop goes through the guard; the certificate of the first tells when it ends.
 * @throws Unwell, Refused, or the error of the connection.
 */
export const probeHttp = async ({ url, version }: CheckTarget, context: ProbeContext): Promise<Outcome> => {
  if (!url) throw new Unwell('the check names no address')
  let at = new URL(url)
  let from: 'outside' | undefined
  let facts: CheckFacts = {}
  for (let redirects = 0; redirects <= REDIRECTS_MAX; redirects++) {
    const hop = await ask(at, from, context, facts)
    if (redirects === 0) facts = hop.facts
    const { statusCode = 0, headers } = hop.answer
    if (statusCode < 300 || statusCode >= 400 || !headers.location) {
      await judge(hop.answer, version, facts)
      return { facts }
    }
    hop.answer.destroy()
    at = redirected(headers.location, at, facts)
    if (!hop.isHere) from = 'outside'
  }
  throw new Unwell(`more than ${REDIRECTS_MAX} redirects`, facts)
}

const redirected = (location: string, at: URL, facts: CheckFacts): URL => {
  const next = URL.parse(location, at.href)
  if (next && next.protocol in PORTS) return next
  throw new Unwell('redirects to something that is no web address', facts)
}

interface Hop {
  answer: IncomingMessage
  facts: CheckFacts
  isHere: boolean
}

const ask = async (
  at: URL,
  from: 'outside' | undefined,
  { guard, signal, ca }: ProbeContext,
  known: CheckFacts,
): Promise<Hop> => {
  const host = at.hostname.replace(/^\[(.*)\]$/, '$1')
  const port = Number(at.port) || (PORTS[at.protocol] ?? 80)
  const { addresses, isHere } = await guard.admit(host, port, { from })
  const plain = await connect({ addresses, port, signal })
  if (at.protocol === 'http:') return { answer: await get(at, plain), facts: {}, isHere }
  const { socket, problem, expiresAt } = await secure(plain, host, { ca })
  const facts = expiresAt ? { tlsExpiresAt: expiresAt.toISOString() } : {}
  if (problem) throw new Unwell(certificateProblem(problem), { ...facts, ...known })
  return { answer: await get(at, socket), facts, isHere }
}

const get = (at: URL, socket: Socket): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    request({
      createConnection: () => socket,
      path: `${at.pathname}${at.search}`,
      headers: { host: at.host, connection: 'close', accept: '*/*', 'user-agent': 'prorab-health-check' },
      maxHeaderSize: HEADERS_MAX_BYTES,
    })
      .once('response', resolve)
      .once('error', reject)
      .end()
  })

const judge = async (
  answer: IncomingMessage,
  version: string | undefined,
  facts: CheckFacts,
): Promise<void> => {
  const { statusCode = 0 } = answer
  if (statusCode < 200 || statusCode >= 300) {
    answer.destroy()
    throw new Unwell(`answered ${statusCode}`, facts)
  }
  if (version === undefined) {
    // How long the body is and whether it ever ends is nothing to us.
    answer.destroy()
    return
  }
  const found = versionIn(await bodyOf(answer, facts))
  if (found === version) return
  throw new Unwell(
    found === undefined
      ? 'answered no version'
      : `answered version ${found.slice(0, VERSION_SHOWN)} instead of ${version.slice(0, VERSION_SHOWN)}`,
    facts,
  )
}

const bodyOf = async (answer: IncomingMessage, facts: CheckFacts): Promise<string> => {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    chunks.push(chunk)
    bytes += chunk.length
    if (bytes > BODY_MAX_BYTES) throw new Unwell(`answered more than ${BODY_MAX_BYTES / 1024} KB`, facts)
  }
  return Buffer.concat(chunks).toString('utf8')
}

const versionIn = (text: string): string | undefined => {
  try {
    const { version } = JSON.parse(text) as { version?: unknown }
    return typeof version === 'string' ? version : undefined
  } catch {
    return undefined
  }
}
