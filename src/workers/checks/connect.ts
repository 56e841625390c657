import { isIP, connect as open, type Socket } from 'node:net'
import { connect as openTls, type TLSSocket } from 'node:tls'

export interface ConnectOptions {
  /** What the guard admitted. */
  addresses: readonly string[]
  port: number
  signal: AbortSignal
}

/** A connection to one of the addresses, and to nothing else. It ends with the signal. */
export const connect = ({ addresses, port, signal }: ConnectOptions): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const pinned = addresses.map((address) => ({ address, family: isIP(address) }))
    const [first] = pinned
    if (!first) return reject(new Error('no address'))
    const socket = open({
      // A name that stands for what was admitted: the DNS is not asked again.
      host: 'admitted.invalid',
      port,
      autoSelectFamily: true,
      lookup: (_host, { all }, answer) =>
        all ? answer(null, pinned) : answer(null, first.address, first.family),
    })
    endWith(socket, signal)
    socket.once('connect', () => resolve(socket)).once('error', reject)
  })

/** What was agreed on, whether the certificate is to be trusted or not. */
export interface SecureConnection {
  socket: TLSSocket
  /** Why the certificate is not good for that name. */
  problem: string | undefined
  expiresAt: Date | undefined
}

/**
 * Speaks TLS over a connection, also to a server whose certificate is not good: else nobody could tell when it ended.
 * Nothing may be sent while `problem` is set.
 * @param ca further authorities, in PEM.
 */
export const secure = (
  socket: Socket,
  host: string,
  { ca }: { ca?: string } = {},
): Promise<SecureConnection> =>
  new Promise((resolve, reject) => {
    const secured = openTls({
      socket,
      host,
      ...(!isIP(host) && { servername: host }),
      rejectUnauthorized: false,
      ...(ca && { ca }),
    })
    socket.once('close', () => secured.destroy())
    secured
      .once('secureConnect', () => {
        const { valid_to } = secured.getPeerCertificate()
        const expiresAt = valid_to ? new Date(valid_to) : undefined
        resolve({
          socket: secured,
          problem: secured.authorized ? undefined : String(secured.authorizationError),
          expiresAt: expiresAt && !Number.isNaN(expiresAt.getTime()) ? expiresAt : undefined,
        })
      })
      .once('error', reject)
  })

const endWith = (socket: Socket, signal: AbortSignal) => {
  const end = () => socket.destroy()
  if (signal.aborted) end()
  signal.addEventListener('abort', end, { once: true })
  // Errors that come after somebody stopped listening are nobody's.
  socket.on('error', () => {})
  socket.once('close', () => signal.removeEventListener('abort', end))
}
