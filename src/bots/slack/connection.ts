import { SocketModeClient } from '@slack/socket-mode'
import { SECOND_MS } from '../../clock.ts'
import { AppError, errorText } from '../../errors.ts'
import { slackCall } from './errors.ts'
import { slackLogger, withoutSecrets } from './log.ts'
import type { SocketDeps } from './socket.ts'

/** From asking for an address to Slack's "hello". */
const CONNECT_TIMEOUT_MS = 30 * SECOND_MS
/** A peer that does not answer our goodbye is left without one. */
const CLOSE_TIMEOUT_MS = 2 * SECOND_MS

export interface Envelope {
  body: Record<string, unknown>
  ack: (answer?: unknown) => Promise<void>
}

export interface Connection {
  /** Rejects with an AppError when no connection came about. */
  opened: Promise<void>
  /** Resolves when the connection ended, for whatever reason. */
  closed: Promise<void>
  close(): Promise<void>
}

export interface ConnectDeps extends Omit<SocketDeps, 'dispatch'> {
  take: (envelope: Envelope) => void
  stopping: AbortSignal
}

/** One Socket Mode connection, from asking for its address to its end. It does not come back by itself. */
export const connect = (deps: ConnectDeps): Connection => {
  const { clock, log, stopping } = deps
  const client = new SocketModeClient({
    appToken: deps.appToken,
    autoReconnectEnabled: false,
    logger: slackLogger(log),
    clientOptions: deps.clientOptions,
    ...(deps.pingTimeoutMs ? { clientPingTimeout: deps.pingTimeoutMs } : {}),
  })
  const closed = Promise.withResolvers<void>()
  client.on('disconnected', () => closed.resolve())
  client.on('slack_event', deps.take)
  surviveStrangeMessages(client, (error) =>
    log.warn({ error: withoutSecrets(errorText(error)) }, 'slack.strange_envelope'),
  )

  const close = async () => {
    const closing = new AbortController()
    await Promise.race([client.disconnect(), clock.sleep(CLOSE_TIMEOUT_MS, closing.signal).catch(() => {})])
    closing.abort()
  }
  const started = slackCall('apps.connections.open', () =>
    client.start().catch((error: unknown) => {
      throw error ?? new Error('the connection closed before Slack said hello')
    }),
  )
  return { opened: inTime(started, { clock, stopping, close }), closed: closed.promise, close }
}

/** Waits for the connection, unless it takes too long or is not wanted any more. */
const inTime = async (
  started: Promise<unknown>,
  { clock, stopping, close }: Pick<ConnectDeps, 'clock' | 'stopping'> & { close: () => Promise<void> },
): Promise<void> => {
  const done = new AbortController()
  const tooLate = clock.sleep(CONNECT_TIMEOUT_MS, AbortSignal.any([stopping, done.signal])).then(() => {
    throw new AppError('platform_unavailable', 'Slack did not say hello in time')
  })
  // The address may still arrive after we have given up, and the client would connect to it.
  const abandoned = () => void started.then(close, () => {})
  try {
    await Promise.race([started, tooLate])
  } catch (error) {
    abandoned()
    void close()
    throw error
  } finally {
    done.abort()
    tooLate.catch(() => {})
  }
}

/**
 * The client handles messages in an async listener that nobody awaits: an envelope it does not expect (an event
 * without an event) would end the process as an unhandled rejection.
 */
const surviveStrangeMessages = (client: SocketModeClient, report: (error: unknown) => void): void => {
  for (const listener of client.listeners('ws_message')) {
    client.off('ws_message', listener)
    client.on('ws_message', async (...message: unknown[]) => {
      try {
        await listener.apply(client, message)
      } catch (error) {
        report(error)
      }
    })
  }
}
