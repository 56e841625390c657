import { isIP } from 'node:net'
import { networkInterfaces } from 'node:os'
import { forbiddenBecause, isLoopback } from './forbidden-addresses.ts'

/** Decides what a check may connect to: every address of every hop (M-8). */
export interface Guard {
  /**
   * @param options.from `outside`: redirected from another machine, which has no business on this one.
   * @returns the addresses to connect to, and no others: asking the DNS again could answer something else.
   * @throws Refused, telling why; an Error of the DNS.
   */
  admit(host: string, port: number, options?: { from?: 'outside' }): Promise<Admitted>
}

export interface Admitted {
  addresses: string[]
  /** Whether that is this machine. */
  isHere: boolean
}

/** A target that no check may look at. */
export class Refused extends Error {
  override readonly name = 'Refused'
}

export interface GuardDeps {
  /** @returns every address of a host name. */
  resolve: (host: string) => Promise<string[]>
  /** What of prorab itself is not to be looked at: its database, its Redis, its own port. */
  ownEndpoints: readonly { host: string; port: number; what: string }[]
  /** Ports of this machine that prorab allocated to services. */
  allocatedPorts: ReadonlySet<number>
  /** This machine's own addresses besides loopback. */
  ownAddresses?: () => string[]
}

/** One for each round: what it knows of ports and of prorab's own endpoints is as old as itself. */
export const createGuard = (deps: GuardDeps): Guard => {
  const { resolve, ownEndpoints, allocatedPorts, ownAddresses = interfaceAddresses } = deps
  const isHere = hereTest(ownAddresses())
  const addressesOf = async (host: string) => (isIP(host) ? [host] : await resolve(host))
  let own: Promise<{ addresses: string[]; port: number; what: string }[]> | undefined

  /** Whoever cannot be found now cannot be reached by that name either. */
  const resolveOwn = () =>
    Promise.all(
      ownEndpoints.map(async ({ host, ...rest }) => ({
        addresses: await addressesOf(unbracketed(host)).catch(() => []),
        ...rest,
      })),
    )

  const refusal = async (address: string, port: number, from?: 'outside'): Promise<string | undefined> => {
    const what = forbiddenBecause(address)
    if (what) return `${address} is ${what}`
    own ??= resolveOwn()
    const hit = (await own).find(
      (one) =>
        one.port === port &&
        one.addresses.some((theirs) => theirs === address || (isHere(theirs) && isHere(address))),
    )
    if (hit) return `${address}:${port} is ${hit.what}`
    if (!isLoopback(address)) return undefined
    if (!allocatedPorts.has(port)) return `port ${port} of this machine belongs to no service of prorab`
    return from === 'outside' ? 'another machine redirected to this one' : undefined
  }

  return {
    admit: async (host, port, { from } = {}) => {
      const addresses = await addressesOf(unbracketed(host))
      if (addresses.length === 0) throw new Error(`${host} has no address`)
      for (const address of addresses) {
        const why = await refusal(address, port, from)
        if (why) throw new Refused(`refused: ${why}`)
      }
      return { addresses, isHere: addresses.some(isHere) }
    },
  }
}

const unbracketed = (host: string): string => host.replace(/^\[(.*)\]$/, '$1')

const interfaceAddresses = (): string[] =>
  Object.values(networkInterfaces()).flatMap((all) => all?.map(({ address }) => address) ?? [])

const hereTest = (own: readonly string[]) => {
  const addresses = new Set(own)
  return (address: string) => isLoopback(address) || addresses.has(address)
}
