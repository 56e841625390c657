import { randomInt } from 'node:crypto'
import { canListen } from '../../src/deploy/can-listen.ts'

/**
 * Below the ports that systems hand out by themselves (Linux from 32768): of those, somebody's connection could take
 * the port before the test does. Test apps have theirs above (see app.ts).
 */
const PORTS_FROM = 10_000
const PORTS = 10_000

/** A TCP port of 127.0.0.1 that is free, and that nobody gets who only asks for any port. */
export const freePort = async (): Promise<number> => {
  for (;;) {
    const port = PORTS_FROM + randomInt(PORTS)
    if (await canListen(port)) return port
  }
}
