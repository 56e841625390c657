import { createServer } from 'node:net'
import type { Clock } from '../../clock.ts'

/** What was just killed holds its port a moment longer than itself. */
const POLLS = 20
const POLL_MS = 100

/** Whether a service can listen there, now or in about two seconds; 127.0.0.1 only, where services live. */
export const becomesFree = async (port: number, clock: Clock): Promise<boolean> => {
  for (let poll = 1; poll <= POLLS; poll++) {
    if (await isFree(port)) return true
    await clock.sleep(POLL_MS)
  }
  return false
}

const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
