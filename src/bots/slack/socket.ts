import type { WebClientOptions } from '@slack/web-api'
import { type Clock, SECOND_MS } from '../../clock.ts'
import { type AppError, errorText } from '../../errors.ts'
import type { Log } from '../../log.ts'
import { type Connection, connect, type Envelope } from './connection.ts'
import { isFinal } from './errors.ts'
import { withoutSecrets } from './log.ts'
import type { Dispatch } from './receiver.ts'

const FIRST_WAIT_MS = SECOND_MS
const LONGEST_WAIT_MS = 30 * SECOND_MS

export interface SocketDeps {
  appToken: string
  clientOptions: WebClientOptions
  dispatch: Dispatch
  clock: Clock
  log: Log
  /** How long Slack may leave our pings unanswered. Default: the client's own 5 s. */
  pingTimeoutMs?: number
}

export interface Socket {
  /** Resolves when connected, or when Slack cannot be reached yet. @throws AppError when Slack refuses us. */
  start(): Promise<void>
  /** Takes in nothing more; resolves when what was taken in is acknowledged and the connection closed. */
  stop(): Promise<void>
}

/**
 * Socket Mode that never gives up (B-2). The client of Slack notices a dead connection by its pings, and leaves on
 * Slack's request; but when `apps.connections.open` fails while it reconnects, it stops for good with an unhandled
 * rejection. So it connects once here, and this loop makes a new one for each connection, with a growing wait
 * between failures. What was not acknowledged on the old connection Slack delivers on the new one.
 */
export const createSocket = ({ dispatch, ...deps }: SocketDeps): Socket => {
  const { clock, log } = deps
  const stopping = new AbortController()
  const inFlight = new Set<Promise<void>>()
  let current: Connection | undefined
  let loop: Promise<void> = Promise.resolve()

  const take = (envelope: Envelope) => {
    // Unacknowledged, it comes again to whoever connects next.
    if (stopping.signal.aborted) return
    const work = (async () => {
      try {
        const answer = await dispatch(envelope.body)
        await envelope.ack(answer)
      } catch (error) {
        log.error({ error: withoutSecrets(errorText(error)) }, 'slack.not_received')
      }
    })()
    inFlight.add(work)
    void work.finally(() => inFlight.delete(work))
  }

  const open = async (): Promise<Connection> => {
    const connection = connect({ ...deps, take, stopping: stopping.signal })
    current = connection
    await connection.opened
    log.info('slack.connected')
    return connection
  }

  const keepConnected = async (first: Connection | undefined, firstError: unknown) => {
    let failures = first ? 0 : 1
    let failure = firstError
    for (let connection = first; !stopping.signal.aborted; ) {
      if (connection) {
        await connection.closed
        log.info('slack.disconnected')
      } else {
        const waitMs = Math.max(backOffMs(failures), (failure as AppError).retryAfterMs ?? 0)
        log.warn({ error: errorText(failure), waitMs }, 'slack.not_connected')
        await clock.sleep(waitMs, stopping.signal).catch(() => {})
      }
      if (stopping.signal.aborted) return
      connection = await open().then(
        (opened) => {
          failures = 0
          return opened
        },
        (error: unknown) => {
          failures += 1
          failure = error
          return undefined
        },
      )
    }
  }

  return {
    start: async () => {
      let first: Connection | undefined
      let problem: unknown
      try {
        first = await open()
      } catch (error) {
        if (isFinal(error)) throw error
        problem = error
      }
      loop = keepConnected(first, problem)
    },
    stop: async () => {
      stopping.abort(new Error('stopped'))
      await Promise.all(inFlight)
      await current?.close()
      await loop
    },
  }
}

const backOffMs = (failures: number): number =>
  Math.min(FIRST_WAIT_MS * 2 ** Math.max(0, failures - 1), LONGEST_WAIT_MS)
