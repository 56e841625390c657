import { AsyncLocalStorage } from 'node:async_hooks'
import { dirname } from 'node:path'
import { type DestinationStream, destination, type Logger, pino } from 'pino'
import { makeDataFolder } from './data-folder.ts'
import { loggableError } from './loggable-error.ts'

export type Log = Logger

/** Ids that every line logged inside `withLogContext` carries: conversation, turn, run, reference. */
const context = new AsyncLocalStorage<Record<string, string>>()

export const withLogContext = <T>(ids: Record<string, string>, work: () => T): T =>
  context.run({ ...context.getStore(), ...ids }, work)

/** Anything that looks like a credential never reaches a log line, whatever object it sits in (M-7). */
const SECRET_PATHS = ['token', 'secret', 'password', 'apiKey', 'authorization', 'code'].flatMap((name) => [
  name,
  `*.${name}`,
  `*.*.${name}`,
])

export interface LogOptions {
  level: string
  /** Where lines go: a file path, or a stream. Standard error by default, so that the console chat stays clean. */
  to?: string | DestinationStream
}

/** Structured JSON logs. A line is an event name and ids, never a person's text. */
export const createLog = ({ level, to }: LogOptions): Log =>
  pino(
    {
      level,
      base: undefined,
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      redact: { paths: SECRET_PATHS, censor: '[secret]' },
      mixin: () => ({ ...context.getStore() }),
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: loggableError, error: loggableError },
    },
    typeof to === 'string' ? file(to) : (to ?? destination(2)),
  )

/** For the eyes of its owner, as is the folder when it was not there. */
const file = (path: string): DestinationStream => {
  makeDataFolder(dirname(path))
  return destination({ dest: path, mode: 0o600, sync: true })
}
