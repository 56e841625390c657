import { join } from 'node:path'
import { atMost, type Bench, type BenchContext } from './bench.ts'
import { openDatabase, temporaryFolder } from './support/database.ts'
import { median } from './support/figures.ts'
import { residentMegabytes } from './support/memory.ts'
import { freePort, startProgram } from './support/program.ts'

/**
 * `npm start`, npm itself included, until /readyz says yes: with an empty data folder, where the database is made
 * first, and again on the same one. Then its memory when nothing happens, Postgres left out.
 */
export const start: Bench = {
  name: 'start',
  about: 'npm start to ready, cold and warm, and its memory at rest',
  run: async (context) => {
    const { quick, say } = context
    const repetitions = quick ? 2 : 4
    const idleMs = quick ? 5_000 : 10_000
    const coldMs: number[] = []
    const warmMs: number[] = []
    let idleMb = Number.NaN
    for (let repetition = 1; repetition <= repetitions; repetition++) {
      const npmStart = await prepare(context)
      const cold = npmStart()
      coldMs.push(await cold.ready())
      await cold.stop()
      const warm = npmStart()
      warmMs.push(await warm.ready())
      say(`cold ${Math.round(coldMs.at(-1) ?? 0)} ms, warm ${Math.round(warmMs.at(-1) ?? 0)} ms`)
      if (repetition === repetitions) {
        await new Promise((resolve) => setTimeout(resolve, idleMs))
        idleMb = await residentMegabytes(warm.process.pid ?? 0, 'src/main.ts')
      }
      await warm.stop()
    }
    const warm = median(warmMs)
    return {
      figures: {
        repetitions,
        coldMs: median(coldMs),
        warmMs: warm,
        coldWorstMs: Math.max(...coldMs),
        warmWorstMs: Math.max(...warmMs),
        idleMb,
      },
      ratios: { warmToCold: warm / median(coldMs) },
      aims: { warmMs: atMost(3_000, warm), idleMb: atMost(250, idleMb) },
    }
  },
}

const prepare = async (context: BenchContext) => {
  const folder = await temporaryFolder(context)
  const databaseUrl = context.databaseUrl && (await openDatabase(context))
  const port = await freePort()
  return () =>
    startProgram(context, {
      command: ['npm', 'start'],
      env: {
        PRORAB_DATA_DIR: folder,
        ...(databaseUrl && { DATABASE_URL: databaseUrl }),
        ...(context.redisUrl && { REDIS_URL: context.redisUrl }),
      },
      port,
      logFile: join(folder, 'prorab.log'),
    })
}
