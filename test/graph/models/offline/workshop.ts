import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { KIND_INFO } from '../../../../src/graph/models/offline/kinds-info.ts'
import type { Feature, ServiceKind, ServiceSpec } from '../../../../src/graph/models/offline/spec.ts'
import { writeService } from '../../../../src/graph/models/offline/write.ts'
import { freePort } from '../../../support/free-port.ts'

export const NODE = resolve('node_modules/.bin/node')
const DEADLINE_MS = 20_000

export const specOf = (kind: ServiceKind, features: readonly Feature[]): ServiceSpec => ({
  kind,
  name: `my-${kind}`,
  title: 'It’s “mine” `now`',
  features: [...features],
  ...(kind === 'json-service' && {
    resource: {
      singular: 'item',
      plural: 'items',
      fields: [
        { name: 'class', type: 'text' },
        { name: 'price', type: 'number' },
        { name: 'in_stock', type: 'boolean' },
        { name: 'bought_on', type: 'date' },
      ],
    },
  }),
})

/** No feature, every feature alone, all of them. */
export const featureSets = (kind: ServiceKind): Feature[][] => {
  const { features } = KIND_INFO[kind]
  return [[], ...features.map((feature) => [feature]), [...features]]
}

export const temporaryFolder = () => {
  const path = mkdtempSync(join(tmpdir(), 'offline-'))
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) }
}

export const writeTo = (folder: string, files: Record<string, string>) => {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), content)
  }
}

const permissions = (repository: string, writable: string) => [
  '--permission',
  `--allow-fs-read=${repository}`,
  `--allow-fs-read=${writable}`,
  `--allow-fs-write=${writable}`,
]

/** Runs the service's own tests as a sandbox would: no child processes, one writable folder, an empty environment. */
export const runOwnTests = (
  repository: string,
  writable: string,
): Promise<{ code: number; output: string }> => {
  const args = [...permissions(repository, writable), '--test', '--test-isolation=none']
  return new Promise((done) => {
    execFile(NODE, args, { cwd: repository, env: { TMPDIR: writable } }, (error, stdout, stderr) =>
      done({ code: typeof error?.code === 'number' ? error.code : error ? 1 : 0, output: stdout + stderr }),
    )
  })
}

export interface Running {
  url: string
  output: () => string
  /** Resolves with the exit code, or the signal that ended it. */
  stop(signal: 'SIGTERM' | 'SIGKILL'): Promise<number | string | null>
  call(
    method: string,
    path: string,
    body?: unknown,
  ): Promise<{ status: number; body: unknown; location: string | null }>
}

/** A written service as a process of its own, over the given spec and data. */
export const startService = async (
  spec: ServiceSpec,
  repository: string,
  dataDir: string,
  env: Record<string, string> = {},
): Promise<Running> => {
  writeTo(repository, writeService(spec))
  mkdirSync(dataDir, { recursive: true })
  const port = await freePort()
  const child = spawn(NODE, [...permissions(repository, dataDir), join(repository, 'src/main.js')], {
    cwd: '/',
    env: { PORT: String(port), DATA_DIR: dataDir, ...env },
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk))
  const ended = exitOf(child)
  const url = `http://127.0.0.1:${port}`
  await healthy(url, child, () => output)
  return {
    url,
    output: () => output,
    async stop(signal) {
      child.kill(signal)
      return ended
    },
    async call(method, path, body) {
      const response = await fetch(`${url}${path}`, {
        method,
        redirect: 'manual',
        ...(body !== undefined && {
          headers: { 'content-type': 'application/json', authorization: 'Bearer the-key' },
          body: JSON.stringify(body),
        }),
      })
      const text = await response.text()
      const isJson = response.headers.get('content-type')?.startsWith('application/json')
      return {
        status: response.status,
        body: isJson ? JSON.parse(text) : text,
        location: response.headers.get('location'),
      }
    },
  }
}

const exitOf = (child: ChildProcess) =>
  new Promise<number | string | null>((done) => child.once('exit', (code, signal) => done(signal ?? code)))

const healthy = async (url: string, child: ChildProcess, output: () => string) => {
  const deadline = Date.now() + DEADLINE_MS
  while (Date.now() < deadline && child.exitCode === null) {
    const answered = await fetch(`${url}/healthz`).catch(() => undefined)
    if (answered?.ok) return
    await new Promise((done) => setTimeout(done, 20))
  }
  child.kill('SIGKILL')
  throw new Error(`the service did not start:\n${output()}`)
}
