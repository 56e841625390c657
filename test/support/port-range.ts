import { randomInt } from 'node:crypto'
import { createServer } from 'node:net'

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
    const release = await listenOn(claim)
    if (release) return { first: claim + 1, last: claim + PORTS_PER_APP - 1, [Symbol.asyncDispose]: release }
  }
}

const listenOn = (port: number) =>
  new Promise<(() => Promise<void>) | undefined>((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(undefined))
    server.listen(port, '127.0.0.1', () =>
      resolve(() => new Promise<void>((closed) => server.close(() => closed()))),
    )
    // A test that forgets its app must not hang for it.
    server.unref()
  })
