/**
 * The program that looks after one service: `node supervise.ts <service folder>`. It stands on its own, outside
 * prorab's process and session, so that neither a restart nor a kill of prorab reaches the service.
 */
import { systemClock } from '../../clock.ts'
import { acquireFileLock } from '../../workers/file-lock.ts'
import { createRotatingLog } from './rotating-log.ts'
import { readJson, type SuperviseSpec, serviceFiles, writeJson } from './service-folder.ts'
import { createSupervisor } from './supervisor.ts'

/** Another supervisor that is just ending lets go within this time; one that stays makes this one leave. */
const LOCK_WAIT_MS = 3000

const [, , folder] = process.argv
if (!folder) throw new Error('usage: supervise.ts <service folder>')
const files = serviceFiles(folder)
await using _ = await acquireFileLock({
  folder: files.supervisorLock,
  clock: systemClock,
  waitMs: LOCK_WAIT_MS,
})
const spec = await readJson<SuperviseSpec>(files.spec)
if (!spec) throw new Error('there is no spec.json')
const supervisor = createSupervisor({
  spec,
  before: await readJson(files.state),
  log: createRotatingLog(files.log),
  save: (state) => writeJson(files.state, state),
  clock: systemClock,
})
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => supervisor.stop())
process.on('SIGHUP', () => {})
await supervisor.run()
