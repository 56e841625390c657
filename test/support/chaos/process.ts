import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))

/** A real process that works for an installation, beside others. */
export interface Process extends AsyncDisposable {
  /** It does nothing, and knows nothing of it, until it is resumed. */
  suspend(): void
  resume(): void
  /** Resolves when it is dead. */
  kill(): Promise<void>
}

export const startProcess = (
  { dataDir, databaseUrl }: { dataDir: string; databaseUrl: string },
  env: Record<string, string>,
): Process => {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', 'src/main.ts', 'start'], {
    cwd: ROOT,
    env: {
      PATH: process.env.PATH,
      PRORAB_DATA_DIR: dataDir,
      DATABASE_URL: databaseUrl,
      PORT: '0',
      ...env,
    },
    stdio: 'ignore',
  })
  const ended = once(child, 'exit')
  const kill = async () => {
    child.kill('SIGKILL')
    await ended
  }
  const suspend = () => void child.kill('SIGSTOP')
  const resume = () => void child.kill('SIGCONT')
  return { suspend, resume, kill, [Symbol.asyncDispose]: kill }
}
