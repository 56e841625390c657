import { randomInt } from 'node:crypto'
import { holdPort } from './hold-port.ts'

/** Below the range from which systems take ports by themselves. */
const PORTS_FROM = 20_000
const PORTS_PER_APP = 50
const PORT_RANGES = 240

export interface PortRange extends AsyncDisposable {
  first: number
  last: number
}

/**
 * Ports for the services of one test app, and of no other while this one holds them: test files run side by side, each
 * with a database that knows nothing of the ports of the others. Whoever listens on the port before the first holds them.
 */
export const claimPortRange = async (): Promise<PortRange> => {
  for (;;) {
    const claim = PORTS_FROM + PORTS_PER_APP * randomInt(PORT_RANGES)
    const release = await holdPort(claim)
    if (release) return { first: claim + 1, last: claim + PORTS_PER_APP - 1, [Symbol.asyncDispose]: release }
  }
}
