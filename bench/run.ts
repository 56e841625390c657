import { alert } from './alert.ts'
import type { Bench, BenchContext } from './bench.ts'
import { click } from './click.ts'
import { configCache } from './config-cache.ts'
import { githubSync } from './github-sync.ts'
import { health } from './health.ts'
import { ingress } from './ingress.ts'
import { route } from './route.ts'
import { start } from './start.ts'
import { rounded } from './support/figures.ts'
import { turn } from './turn.ts'

const BENCHES: readonly Bench[] = [turn, ingress, click, start, route, configCache, health, githubSync, alert]

const USAGE = `usage: npm run bench -- NAME [--quick]
${BENCHES.map(({ name, about }) => `  ${name.padEnd(12)} ${about}`).join('\n')}
  list         the names, one per line
`

/** Progress goes to standard error; the last line of standard output is one JSON object. */
const main = async (args: string[]): Promise<number> => {
  const names = args.filter((arg) => !arg.startsWith('-'))
  if (names[0] === 'list' && args.length === 1) {
    process.stdout.write(`${BENCHES.map(({ name }) => name).join('\n')}\n`)
    return 0
  }
  const bench = BENCHES.find(({ name }) => name === names[0])
  if (!bench || names.length > 1 || args.some((arg) => arg.startsWith('-') && arg !== '--quick')) {
    process.stderr.write(USAGE)
    return 2
  }
  await using cleanup = new AsyncDisposableStack()
  const context: BenchContext = {
    quick: args.includes('--quick'),
    databaseUrl: process.env.DATABASE_URL || undefined,
    redisUrl: process.env.REDIS_URL || undefined,
    say: (progress) => process.stderr.write(`${bench.name}: ${progress}\n`),
    cleanup,
  }
  const { figures, ratios, aims } = await Promise.race([bench.run(context), interrupted()])
  const result = { bench: bench.name, figures: rounded(figures), ratios: rounded(ratios), aims }
  process.stdout.write(`${JSON.stringify(result)}\n`)
  return 0
}

/** Rejects on Ctrl-C or a polite kill, so that everything that was started is stopped; a second one does not wait. */
const interrupted = (): Promise<never> =>
  new Promise((_, reject) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
      process.once(signal, () => {
        process.once(signal, () => process.exit(130))
        reject(new Error(`interrupted by ${signal}`))
      })
  })

try {
  const code = await main(process.argv.slice(2))
  process.exit(code)
} catch (error) {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : error}\n`)
  process.exit(1)
}
