import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What the bench is told once the targets listen. */
export interface TargetPorts {
  well: number
  failing: number
  hanging: number
}

/** A program of its own, so that answering is not what the looking process is measured by. */
const main = async () => {
  const listen = (answer: Parameters<typeof createServer>[1]): Promise<number> =>
    new Promise((resolve) => {
      const server = createServer(answer)
      // As many as come at once.
      server.listen({ port: 0, host: '127.0.0.1', backlog: 2_048 }, () =>
        resolve((server.address() as AddressInfo).port),
      )
    })
  const well = await listen((_, answer) => answer.end('{"version":"abc"}'))
  const failing = await listen((_, answer) => answer.writeHead(503).end())
  const hanging = await listen(() => {})
  process.send?.({ well, failing, hanging } satisfies TargetPorts)
  process.once('disconnect', () => process.exit(0))
}

await main()
