import { createServer } from 'node:net'

/**
 * Listens on a port of this machine, so that nobody else does.
 *
 * @returns what lets it go; undefined when somebody else has it.
 */
export const holdPort = (port: number): Promise<(() => Promise<void>) | undefined> =>
  new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(undefined))
    server.listen(port, '127.0.0.1', () =>
      resolve(() => new Promise<void>((closed) => server.close(() => closed()))),
    )
    // A test that forgets to let it go must not hang for it.
    server.unref()
  })
