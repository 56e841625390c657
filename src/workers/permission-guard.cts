/**
 * Loaded first into every program that runs without bubblewrap. Node's permission model guards files, children,
 * workers and add-ons, but neither signals nor connections; this closes both before the program's first line.
 * The connection functions are replaced on the prototypes of the native handles, which nothing goes around.
 */
const dgram = require('node:dgram') as typeof import('node:dgram')
const net = require('node:net') as typeof import('node:net')
const os = require('node:os') as typeof import('node:os')

type Native = Record<string, (...args: unknown[]) => unknown>

const PARENT_CHECK_MS = 1000

const network = process.env.SANDBOX_NETWORK
delete process.env.SANDBOX_NETWORK
const parent = Number(process.env.SANDBOX_PARENT)
delete process.env.SANDBOX_PARENT

const replace = (holder: object, name: string, value: unknown) =>
  Object.defineProperty(holder, name, { value, writable: false, configurable: false })

/** What the native functions answer when the kernel forbids something. */
const refuse = () => -os.constants.errno.EACCES

/** `process.kill` ends in `_kill`; `_debugProcess` would open an inspector in another process. */
const guardSignals = () => {
  const internals = process as unknown as { _kill(pid: number, signal: number): number }
  const kill = internals._kill.bind(process)
  const own = process.pid
  replace(process, '_kill', (pid: number, signal: number) =>
    pid === own ? kill(own, signal) : -os.constants.errno.EPERM,
  )
  replace(process, '_debugProcess', undefined)
}

/** The native prototype behind a socket, seen as soon as it begins to connect. */
const nativeOf = (target: { port: number; host: string } | { path: string }): Native => {
  const socket = new net.Socket()
  socket.on('error', () => {})
  socket.connect(target)
  const native = Object.getPrototypeOf((socket as unknown as { _handle: object })._handle) as Native
  socket.destroy()
  return native
}

const guardConnections = () => {
  const tcp = nativeOf({ port: 1, host: '127.0.0.1' })
  const own = new Set<number>()
  const listen = tcp.listen as (...args: unknown[]) => unknown
  replace(tcp, 'listen', function (this: Native, ...args: unknown[]) {
    if (network === 'none') return refuse()
    const failed = listen.apply(this, args)
    const address: { port?: number } = {}
    this.getsockname?.(address)
    if (!failed && address.port) own.add(address.port)
    return failed
  })
  for (const name of ['connect', 'connect6']) {
    const original = tcp[name] as (...args: unknown[]) => unknown
    replace(
      tcp,
      name,
      function (this: Native, request: unknown, address: unknown, port: unknown, ...rest: unknown[]) {
        if (!own.has(Number(port)) || !['127.0.0.1', '::1'].includes(String(address))) return refuse()
        return original.call(this, request, address, port, ...rest)
      },
    )
  }
  const pipe = nativeOf({ path: '/nonexistent' })
  for (const name of ['connect', 'listen', 'bind']) replace(pipe, name, refuse)
  const datagram = dgram.createSocket('udp4')
  const state = Object.getOwnPropertySymbols(datagram)
    .map((symbol) => (datagram as unknown as Record<symbol, { handle?: object }>)[symbol])
    .find((value) => value?.handle)
  const udp = Object.getPrototypeOf(state?.handle) as Native
  for (const name of ['connect', 'connect6', 'send', 'send6']) replace(udp, name, refuse)
  datagram.close()
}

/** A killed prorab leaves nothing running. */
const endWithParent = () => {
  setInterval(() => {
    if (process.ppid !== parent) process.exit(1)
  }, PARENT_CHECK_MS).unref()
}

guardSignals()
if (network !== 'host') guardConnections()
endWithParent()
