import { spawn } from 'node:child_process'
import { closeSync, mkdirSync, openSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Clock } from '../../clock.ts'
import { AppError } from '../../errors.ts'
import { endTree, isAlive, signalIfSame } from '../../workers/process-table.ts'
import {
  readJson,
  type SuperviseSpec,
  type SupervisorState,
  serviceFiles,
  writeJson,
} from './service-folder.ts'

const SUPERVISE = fileURLToPath(new URL('supervise.ts', import.meta.url))
const POLL_MS = 50
const START_LIMIT_MS = 15_000
const START_ATTEMPTS = 3
/** Over the service's own grace. */
const STOP_MARGIN_MS = 3000

export const supervisorState = (folder: string): Promise<SupervisorState | undefined> =>
  readJson<SupervisorState>(serviceFiles(folder).state)

/** The state, if the supervisor that wrote it is alive. */
export const livingSupervisor = async (folder: string): Promise<SupervisorState | undefined> => {
  const state = await supervisorState(folder)
  return state && isAlive(state.supervisor) ? state : undefined
}

/**
 * Starts a supervisor for a spec and waits until it has taken over. The caller holds the service's lock and has
 * stopped the supervisor before.
 */
export const startSupervisor = async (folder: string, spec: SuperviseSpec, clock: Clock): Promise<void> => {
  await writeJson(serviceFiles(folder).spec, spec)
  for (let attempt = 1; attempt <= START_ATTEMPTS; attempt++) {
    launch(folder)
    const state = await poll(
      START_LIMIT_MS / START_ATTEMPTS,
      clock,
      () => supervisorState(folder),
      (found) => {
        return found?.specId === spec.id || (found !== undefined && isAlive(found.supervisor))
      },
    )
    if (state?.specId === spec.id) return
    // One that was launched right before prorab was killed has come up meanwhile: it has an older spec.
    if (state) await stopSupervisor(folder, spec.policy.stopGraceMs, clock)
  }
  throw new AppError(
    'internal',
    `The supervisor of ${spec.name} did not start; ${serviceFiles(folder).supervisorLog} may say why.`,
  )
}

/** Ends the supervisor and its service, first gently. Nothing is left when it returns; nothing running is fine. */
export const stopSupervisor = async (folder: string, graceMs: number, clock: Clock): Promise<void> => {
  const state = await supervisorState(folder)
  if (!state) return
  if (signalIfSame(state.supervisor, 'SIGTERM'))
    await poll(
      graceMs + STOP_MARGIN_MS,
      clock,
      async () => isAlive(state.supervisor),
      (alive) => !alive,
    )
  await endTree(state.supervisor, clock)
  // What it had started since the state was read, and what a killed one left behind.
  for (const { service } of [state, await supervisorState(folder)].filter((one) => one !== undefined))
    if (service) await endTree(service, clock)
}

/** In a session of its own, with nothing of prorab's environment. */
const launch = (folder: string) => {
  const { logs, supervisorLog } = serviceFiles(folder)
  mkdirSync(logs, { recursive: true })
  const output = openSync(supervisorLog, 'w', 0o600)
  const flags = ['--disable-warning=ExperimentalWarning', '--max-old-space-size=64']
  const child = spawn(process.execPath, [...flags, SUPERVISE, folder], {
    cwd: '/',
    // From the second start on, the types are stripped already: that saves a third of its memory.
    env: { PATH: '/usr/bin:/bin', NODE_COMPILE_CACHE: join(dirname(folder), '.compile-cache') },
    stdio: ['ignore', output, output],
    detached: true,
  })
  child.on('error', () => {})
  child.unref()
  closeSync(output)
}

const poll = async <T>(
  limitMs: number,
  clock: Clock,
  look: () => Promise<T>,
  done: (value: T) => boolean,
): Promise<T> => {
  const deadline = clock.now().getTime() + limitMs
  for (;;) {
    const value = await look()
    if (done(value) || clock.now().getTime() >= deadline) return value
    await clock.sleep(POLL_MS)
  }
}
