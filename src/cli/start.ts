import { join } from 'node:path'
import type { Readable, Writable } from 'node:stream'
import { renderWelcome } from '../bots/welcome.ts'
import { systemClock } from '../clock.ts'
import type { Config } from '../config.ts'
import type { Database } from '../db/client.ts'
import { isSettled } from '../domain/conversations/settled.ts'
import { AppError, errorText } from '../errors.ts'
import { createLog, type Log } from '../log.ts'
import { platformAdapters } from './adapters.ts'
import { consoleChat, openConsole } from './console-chat.ts'
import { type Instance, openInstance } from './instance.ts'
import { welcomeFacts } from './welcome-facts.ts'

export interface StartOptions {
  config: Config
  input: Readable
  output: Writable
  /** True when a person sits at both ends. */
  terminal: boolean
  /** True when the input is a script: each of its lines waits until what came before is dealt with. */
  scripted: boolean
  noColor: boolean
  /** The command of the person's editor, where there is one. */
  editor?: string | undefined
  /** Aborts when the process is asked to end. */
  signal: AbortSignal
  /** What stands above the conversation; the start screen without it. */
  heading?: (instance: Instance) => Promise<string>
  /** Called when the console ended, before anything is closed. */
  beforeStop?: (instance: Instance) => Promise<void>
}

const SETTLED_POLL_MS = 50

/**
 * Runs prorab until it is asked to end, or until the console ended and no chat platform is connected. Work in hand
 * is put aside to be continued; services go on.
 */
export const start = async (options: StartOptions): Promise<void> => {
  const { config, output, signal } = options
  const connected = Boolean(config.telegram ?? config.slack)
  const log = openLog(options, connected)
  const chats = config.roles.has('bots')
  let consoleEnded = () => {}
  const ended = new Promise<void>((resolve) => {
    consoleEnded = resolve
  })
  // Listened to from the beginning: who asks while prorab is still starting does not ask again.
  const asked = new Promise<void>((resolve) =>
    signal.addEventListener('abort', () => resolve(), { once: true }),
  )
  const instance = await openInstance(
    { config, log },
    {
      adapters: async ({ db }) => [
        ...(chats ? await platformAdapters({ config, log }, db) : []),
        ...(chats ? [consoleAdapter(options, log, db, consoleEnded)] : []),
      ],
    },
  )
  try {
    if (chats) await openConsole(instance.app.db)
    output.write(await (options.heading ?? welcome(options))(instance))
    await instance.app.start()
    await (chats && !connected ? Promise.race([asked, ended]) : asked)
    if (!signal.aborted) await options.beforeStop?.(instance)
  } finally {
    await instance.stop()
  }
}

/** The first thing that is written, and so the first to find out that the folder cannot be. @throws AppError */
const openLog = (options: StartOptions, connected: boolean): Log => {
  const { logLevel, dataDir } = options.config
  try {
    return createLog({ level: logLevel, to: logTarget(options, connected) })
  } catch (error) {
    throw new AppError(
      'misconfigured',
      `Nothing can be written to ${dataDir}: ${errorText(error)}.\n` +
        'Point PRORAB_DATA_DIR at a folder that this user can write to.',
      { cause: error },
    )
  }
}

/** The chat keeps its screen for itself; a server's log belongs to whoever collects standard error. */
const logTarget = ({ config, terminal }: StartOptions, connected: boolean): string | undefined =>
  connected && !terminal ? undefined : join(config.dataDir, 'logs', 'prorab.log')

const consoleAdapter = (options: StartOptions, log: Log, db: Database, onEnd: () => void) =>
  consoleChat(db, {
    input: options.input,
    output: options.output,
    terminal: options.terminal,
    noColor: options.noColor,
    ...(options.editor && { editor: options.editor }),
    log,
    dataDir: options.config.dataDir,
    ...(options.scripted && { settled: () => untilSettled(db, options.signal) }),
    onEnd,
  })

const untilSettled = async (db: Database, signal: AbortSignal): Promise<void> => {
  const { id } = await openConsole(db)
  while (!signal.aborted && !(await isSettled(db, id)))
    await systemClock.sleep(SETTLED_POLL_MS, signal).catch(() => {})
}

const welcome =
  ({ config }: StartOptions) =>
  async (instance: Instance): Promise<string> =>
    `${renderWelcome(await welcomeFacts(config, instance))}\n`
