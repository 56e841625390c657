import type { CheckTarget } from '../../db/shapes/server.ts'
import { connect, secure } from './connect.ts'
import { endpointOf, type Outcome, type ProbeContext, Unwell } from './outcome.ts'

/** Whether a certificate is good for its name, and until when. @throws Unwell, Refused, or the error of the connection. */
export const probeTls = async (target: CheckTarget, context: ProbeContext): Promise<Outcome> => {
  const { guard, signal, ca } = context
  const { host, port } = endpointOf(target)
  const { addresses } = await guard.admit(host, port)
  const { socket, problem, expiresAt } = await secure(await connect({ addresses, port, signal }), host, {
    ca,
  })
  socket.destroy()
  const facts = expiresAt ? { tlsExpiresAt: expiresAt.toISOString() } : {}
  if (problem) throw new Unwell(certificateProblem(problem), facts)
  return { facts }
}

const WORDS: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: 'the certificate has expired',
  CERT_NOT_YET_VALID: 'the certificate is not valid yet',
  ERR_TLS_CERT_ALTNAME_INVALID: 'the certificate is for another name',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'the certificate is self-signed',
  SELF_SIGNED_CERT_IN_CHAIN: 'the certificate is signed by nobody known',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'the certificate is signed by nobody known',
}

/** @param problem OpenSSL's name of it, alone or at the beginning of a sentence. */
export const certificateProblem = (problem: string): string =>
  Object.entries(WORDS).find(([name]) => problem.includes(name))?.[1] ??
  `the certificate is not good: ${problem}`
