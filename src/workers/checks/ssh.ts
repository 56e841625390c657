import { createHash } from 'node:crypto'
import { once } from 'node:events'
import type { Socket } from 'node:net'
import type { Client } from 'ssh2'
import type { CheckTarget } from '../../db/shapes/server.ts'
import { connect } from './connect.ts'
import { endpointOf, type Outcome, type ProbeContext, Unwell } from './outcome.ts'
import { FIGURES_COMMAND, figuresIn } from './ssh-figures.ts'
import type { SshKey } from './ssh-key.ts'
import { createTurns, type Turns } from './turns.ts'

export interface SshContext extends ProbeContext {
  sshKey?: SshKey
  /** Logging in is hard work for a processor: whoever waits for a silent server does not wait here. */
  logins?: Turns
  /** The fingerprint that this server had the first time; another one is not this server. */
  hostKey?: string | undefined
}

/** RFC 4253 lets a server say other lines before it tells that it speaks SSH. */
const GREETING_MAX_BYTES = 8 * 1024
const FIGURES_MAX_BYTES = 64 * 1024

/**
 * Whether a server speaks SSH. With a key also who it is, and how much of its disk, memory and processors is in use;
 * a server that does not let us in is up all the same, and the note says why there are no figures.
 * @throws Unwell, Refused, or the error of the connection.
 */
export const probeSsh = async (target: CheckTarget, context: SshContext): Promise<Outcome> => {
  const { guard, signal, sshKey } = context
  const { host, port } = endpointOf(target)
  const { addresses } = await guard.admit(host, port)
  const socket = await connect({ addresses, port, signal })
  if (sshKey) {
    const { logins = createTurns(1) } = context
    await once(socket, 'readable', { signal })
    return logins.take(() => logIn(socket, target.user ?? 'root', sshKey, context))
  }
  await greeting(socket)
  socket.destroy()
  return { facts: {} }
}

const greeting = async (socket: Socket): Promise<void> => {
  let text = ''
  for await (const chunk of socket as AsyncIterable<Buffer>) {
    text += chunk.toString('latin1')
    if (/^SSH-(2\.0|1\.99)-[^\n]*\n/m.test(text)) return
    if (text.length > GREETING_MAX_BYTES) break
  }
  throw new Unwell(text === '' ? 'closed the connection without a word' : 'does not speak SSH')
}

const logIn = async (
  socket: Socket,
  username: string,
  { privateKey }: SshKey,
  { hostKey }: SshContext,
): Promise<Outcome> => {
  const { default: ssh } = await import('ssh2')
  const client = new ssh.Client()
  let seen: string | undefined
  try {
    const refusal = await new Promise<string | undefined>((resolve, reject) => {
      client
        .once('ready', () => resolve(undefined))
        .on('error', (error: Error & { level?: string }) =>
          // It has told who it is, and does not want us: it is up.
          error.level === 'client-authentication' ? resolve(`it lets ${username} not in`) : reject(error),
        )
        .once('close', () => reject(new Unwell('closed the connection')))
        .connect({
          sock: socket,
          username,
          privateKey,
          // The check has a time-out of its own.
          readyTimeout: 0,
          hostVerifier: (key: Buffer) => {
            seen = `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`
            return hostKey === undefined || seen === hostKey
          },
        })
      // Somebody waited for its first word, which stopped the flow.
      socket.resume()
    })
    const facts = seen ? { hostKey: seen } : {}
    if (refusal) return { facts, note: refusal }
    const figures = figuresIn(await run(client))
    return Object.keys(figures).length > 0
      ? { facts: { ...facts, ...figures } }
      : { facts, note: 'it does not tell how its disk and memory are' }
  } catch (error) {
    if (hostKey !== undefined && seen !== undefined && seen !== hostKey)
      throw new Unwell(`shows another host key than before: ${seen}`)
    throw error
  } finally {
    client.end()
    socket.destroy()
  }
}

/** What a command writes, as far as it matters. */
const run = (client: Client): Promise<string> =>
  new Promise((resolve, reject) => {
    client.exec(FIGURES_COMMAND, (error, channel) => {
      if (error) return resolve('')
      let text = ''
      channel
        .on('data', (chunk: Buffer) => {
          text += chunk.toString('utf8')
          if (text.length > FIGURES_MAX_BYTES) channel.close()
        })
        .once('close', () => resolve(text.slice(0, FIGURES_MAX_BYTES)))
        .once('error', reject)
      channel.stderr.resume()
    })
  })
