import { lookup, Resolver } from 'node:dns/promises'
import { createTurns } from './turns.ts'

/** Of the DNS, for one try; there are two. */
const DNS_TIMEOUT_MS = 3_000
/** `lookup` works in the threads that also read files: a name server that hangs must leave some to others. */
const LOOKUPS_AT_ONCE = 2

/**
 * Finds every address of a host. The DNS is asked first, which any number of checks can do at once; a name that it
 * does not know may still be one of this machine's own, from its hosts file or search domains.
 * @throws Error when nobody knows the name.
 */
export const createHostResolver = (): ((host: string) => Promise<string[]>) => {
  const underWay = new Map<string, Promise<string[]>>()
  const lookups = createTurns(LOOKUPS_AT_ONCE)

  const fromDns = async (host: string): Promise<string[]> => {
    const resolver = new Resolver({ timeout: DNS_TIMEOUT_MS, tries: 2 })
    const answers = await Promise.allSettled([resolver.resolve4(host), resolver.resolve6(host)])
    return answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []))
  }

  const fromMachine = (host: string): Promise<string[]> =>
    lookups.take(async () => (await lookup(host, { all: true })).map(({ address }) => address))

  const find = async (host: string): Promise<string[]> => {
    // A name without a dot is never one of the DNS's.
    const found = host.includes('.') ? await fromDns(host) : []
    return found.length > 0 ? found : fromMachine(host)
  }

  return (host) => {
    const known = underWay.get(host)
    if (known) return known
    const asked = find(host).finally(() => underWay.delete(host))
    underWay.set(host, asked)
    return asked
  }
}
