import { enableCompileCache } from 'node:module'
import { fileURLToPath } from 'node:url'
import { Command } from 'commander'
import { packageVersion } from './cli/package-version.ts'
import { ConfigError, loadConfig } from './config.ts'
import { isLateWrite } from './db/late-write.ts'
import { AppError } from './errors.ts'
import { nearest } from './nearest.ts'

// Seven hundred files need not be stripped of their types at every start. Not in the shared temporary folder, where
// others could put code; a folder that cannot be written to only means a slower start. The npm script names the same
// folder: by then this file and what it imports were loaded, and what strips types, once loaded, keeps 18 MB.
enableCompileCache(fileURLToPath(new URL('../node_modules/.cache/prorab', import.meta.url)))

/** The environment, and a `.env` file beside package.json where there is one; what is set already wins. */
const loadEnvironment = (): Record<string, string | undefined> => {
  try {
    process.loadEnvFile()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
  return process.env
}

/** One Ctrl-C comes several times: the terminal tells everybody in the foreground, and each npm tells its child again. */
const SAME_SIGNAL_MS = 500

/** Ctrl-C and a polite kill end the work in order; a second one ends it at once. */
const untilAsked = (): AbortSignal => {
  const asked = new AbortController()
  let askedAt = 0
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => {
      if (asked.signal.aborted && performance.now() - askedAt > SAME_SIGNAL_MS) process.exit(130)
      if (!asked.signal.aborted) askedAt = performance.now()
      asked.abort()
    })
  return asked.signal
}

// What nobody could catch ends the process, as it does by default; but for a known slip of the database's driver.
process.on('uncaughtException', (error) => {
  if (isLateWrite(error)) return
  process.stderr.write(`${error.stack ?? error}\n`)
  process.exit(1)
})

const terminal = () => ({
  input: process.stdin,
  output: process.stdout,
  // Node's line editing cannot redraw on a dumb terminal.
  terminal: process.stdin.isTTY === true && process.stdout.isTTY === true && process.env.TERM !== 'dumb',
  scripted: process.stdin.isTTY !== true,
  noColor: Boolean(process.env.NO_COLOR),
  editor: process.env.VISUAL || process.env.EDITOR,
})

const answering = () => ({ config: loadConfig(loadEnvironment()), output: process.stdout })

const unknownCommand = (word: string): string => {
  const meant = nearest(
    word,
    program.commands.map((command) => command.name()),
  )
  return `error: there is no command '${word}'${meant ? `. Did you mean ${meant}?` : ''}`
}

const program = new Command('prorab')
  .description('The foreman for your software: a Telegram and Slack bot that builds what you ask for.')
  .version(packageVersion())
  .showHelpAfterError()
  .addHelpText('after', '\nEvery setting is an environment variable; see .env.example and docs/operating.md.')

program
  .command('start', { isDefault: true })
  .description('start the bot, with a chat in this terminal')
  // It is what happens without a command too: a word it does not know was meant for one.
  .allowExcessArguments()
  .action(async (_options: unknown, command: Command) => {
    const [unknown] = command.args
    if (unknown !== undefined) program.error(unknownCommand(unknown))
    const config = loadConfig(loadEnvironment())
    const { start } = await import('./cli/start.ts')
    await start({ config, ...terminal(), signal: untilAsked() })
  })

program
  .command('demo')
  .description('play one conversation from the request to the running service, then clean up')
  .action(async () => {
    const { demo } = await import('./cli/demo.ts')
    await demo({ env: loadEnvironment(), output: process.stdout, signal: untilAsked() })
  })

program
  .command('migrate')
  .description('bring the database up to this version')
  .action(async () => {
    const config = loadConfig(loadEnvironment())
    const { migrate } = await import('./cli/migrate.ts')
    await migrate(config, process.stdout)
  })

program
  .command('doctor')
  .description('check every connection and say what to fix')
  .action(async () => {
    const { doctor } = await import('./cli/doctor.ts')
    process.exitCode = (await doctor(loadEnvironment(), process.stdout)) ? 0 : 1
  })

program
  .command('agents')
  .description('see and change the agents; `agents --help` lists how')
  .argument('[words...]')
  .helpOption(false)
  .allowUnknownOption()
  .action(async (words: string[]) => {
    const { agentsCommand } = await import('./cli/agents.ts')
    const config = loadConfig(loadEnvironment())
    const command = agentsCommand({ config, input: process.stdin, output: process.stdout })
    await command.parseAsync(words, { from: 'user' })
  })

program
  .command('workers')
  .description('see the workers, and give them work or none; `workers --help` lists how')
  .argument('[words...]')
  .helpOption(false)
  .allowUnknownOption()
  .action(async (words: string[]) => {
    const { workersCommand } = await import('./cli/workers.ts')
    await workersCommand(answering()).parseAsync(words, { from: 'user' })
  })

program
  .command('route')
  .description('score the workers for a kind of work without deciding: `route --dry-run --work implement`')
  .argument('[words...]')
  .helpOption(false)
  .allowUnknownOption()
  .action(async (words: string[]) => {
    const { routeCommand } = await import('./cli/route.ts')
    await routeCommand(answering()).parseAsync(words, { from: 'user' })
  })

program
  .command('decisions')
  .description('what went to which worker, why, and how it came out')
  .argument('[words...]')
  .helpOption(false)
  .allowUnknownOption()
  .action(async (words: string[]) => {
    const { decisionsCommand } = await import('./cli/decisions.ts')
    await decisionsCommand(answering()).parseAsync(words, { from: 'user' })
  })

try {
  await program.parseAsync()
  // A library's forgotten timer must not keep a finished program alive.
  process.exit()
} catch (error) {
  const known = error instanceof ConfigError || error instanceof AppError
  process.stderr.write(
    `${known ? error.message : error instanceof Error ? (error.stack ?? error.message) : error}\n`,
  )
  process.exit(1)
}
