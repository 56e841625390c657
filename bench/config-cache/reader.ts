import { systemClock } from '../../src/clock.ts'
import { connectDatabase } from '../../src/db/client.ts'
import { createAgentDirectory } from '../../src/domain/agents/directory.ts'
import { createLog } from '../../src/log.ts'

/** What the reading process tells: it is ready, or the first use of a version, by a clock that all processes share. */
export type Told = 'ready' | { version: number; atNs: string }

const LOOK_EVERY_MS = 1

/** A process that uses an agent all the time, as a node does, and tells when it uses another version of it. */
const read = async (databaseUrl: string, name: string): Promise<void> => {
  const { db, sql } = connectDatabase(databaseUrl)
  const log = createLog({ level: 'error' })
  const directory = createAgentDirectory({ db, sql, clock: systemClock, log })
  await directory.listening
  const tell = (told: Told) => process.send?.(told)
  let used = (await directory.findAgentByName(null, name))?.version ?? 0
  tell('ready')
  for (;;) {
    const version = (await directory.findAgentByName(null, name))?.version ?? 0
    if (version !== used) tell({ version, atNs: String(process.hrtime.bigint()) })
    used = version
    await systemClock.sleep(LOOK_EVERY_MS)
  }
}

const [, , databaseUrl = '', name = ''] = process.argv
process.on('disconnect', () => process.exit())
await read(databaseUrl, name)
