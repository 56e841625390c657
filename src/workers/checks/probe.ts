import type { Clock } from '../../clock.ts'
import type { Check, ProbeResult } from '../../domain/checks/check.ts'
import type { Guard } from './guard.ts'
import { probeHttp } from './http.ts'
import { inTime } from './in-time.ts'
import { Unwell } from './outcome.ts'
import { probeSsh } from './ssh.ts'
import type { SshKey } from './ssh-key.ts'
import { probeTcp } from './tcp.ts'
import { probeTls } from './tls.ts'
import type { Turns } from './turns.ts'
import { whyFailed } from './why-failed.ts'

export interface ProbeDeps {
  guard: Guard
  clock: Clock
  /** Aborts the looking itself, not the target: then `probe` throws its reason. */
  signal: AbortSignal
  /** Lets the answer of a server include its disk, memory and load. */
  sshKey?: SshKey
  /** How many log in to a server at the same time; one after the other unless told. */
  logins?: Turns
  /** Authorities to trust besides the usual ones, in PEM. */
  ca?: string
}

/** This process has used up what it may open: nothing is known of the target. */
const OURS: ReadonlySet<unknown> = new Set(['EMFILE', 'ENFILE', 'ENOBUFS', 'EADDRNOTAVAIL'])

/**
 * Looks at the target of a check once, for no longer than its time-out (M-8). Whatever is wrong there is a result.
 * @throws what is wrong here instead; the reason of the signal.
 */
export const probe = async (check: Check, deps: ProbeDeps): Promise<ProbeResult> => {
  const { clock } = deps
  const startedAt = clock.now().getTime()
  const took = () => clock.now().getTime() - startedAt
  try {
    const outcome = await inTime(clock, check.timeoutMs, deps.signal, (signal) => look(check, deps, signal))
    return { ok: true, latencyMs: took(), ...outcome }
  } catch (error) {
    if (deps.signal.aborted) throw deps.signal.reason
    if (isOurs(error)) throw error
    const facts = error instanceof Unwell ? error.facts : {}
    return { ok: false, latencyMs: took(), reason: whyFailed(error), facts }
  }
}

const look = ({ kind, target, facts }: Check, deps: ProbeDeps, signal: AbortSignal) => {
  const context = { ...deps, signal }
  switch (kind) {
    case 'http':
      return probeHttp(target, context)
    case 'tcp':
      return probeTcp(target, context)
    case 'tls':
      return probeTls(target, context)
    case 'ssh':
      return probeSsh(target, { ...context, hostKey: facts.hostKey })
    default:
      return kind satisfies never
  }
}

const isOurs = (error: unknown): boolean => error instanceof Error && 'code' in error && OURS.has(error.code)
