import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough, type Writable } from 'node:stream'
import { loadConfig } from '../config.ts'
import { destroyEmbeddedPostgres } from '../db/embedded.ts'
import { createLocalDeployer } from '../deploy/local.ts'
import { currentDeployment } from '../domain/deployments/deployments.ts'
import { findProject } from '../domain/projects/projects.ts'
import { createLog } from '../log.ts'
import { createSandbox } from '../workers/sandbox.ts'
import type { Instance } from './instance.ts'
import { start } from './start.ts'

const REQUEST = 'create a URL shortener with click statistics'
const PROJECT = 'url-shortener'
const APPROVE = '1'
const LONG_ADDRESS = 'https://example.org/a/long/address?that=nobody&wants=to+type'
const ANSWER_TIMEOUT_MS = 10_000

const HEADING = `prorab demo: one conversation, played by a script that approves the plan by itself.
No account, no key, no service of yours is used; the model is the offline demo.

`

export interface DemoOptions {
  env: Record<string, string | undefined>
  output: Writable
  signal: AbortSignal
}

/**
 * Plays the main job without a person: asks for a service, approves the plan, uses what was built, and takes
 * everything down again. Always on an embedded database in a folder of its own, with the offline model and no chat
 * platform, so that it does the same everywhere.
 * @throws Error with the reason when the conversation did not end in a working service.
 */
export const demo = async ({ env, output, signal }: DemoOptions): Promise<void> => {
  const dataDir = await mkdtemp(join(tmpdir(), 'prorab-demo-'))
  const say = (line: string) => output.write(`${line}\n`)
  const config = loadConfig({ PRORAB_DATA_DIR: dataDir, LOG_LEVEL: env.LOG_LEVEL })
  const input = new PassThrough()
  input.end(`${REQUEST}\n${APPROVE}\n/project ${PROJECT}\n`)
  let used = false
  try {
    await start({
      config: { ...config, port: 0 },
      input,
      output,
      terminal: false,
      scripted: true,
      noColor: true,
      signal,
      heading: async () => HEADING,
      beforeStop: async (instance) => {
        await useService(instance, say)
        used = true
      },
    })
  } finally {
    await takeDown(dataDir)
  }
  if (!used) throw new Error('The demo was interrupted.')
  say('\nThe demo worked. What it started was stopped and removed; now your own:  npm start')
}

/** Does with the new service what a person would do first. */
const useService = async ({ app }: Instance, say: (line: string) => void): Promise<void> => {
  const project = await findProject(app.db, PROJECT)
  const deployment = project && (await currentDeployment(app.db, project.id))
  if (!deployment) throw new Error(`The conversation ended without a running ${PROJECT}.`)
  const { url } = deployment
  say(`\nTrying the service at ${url}`)

  const made = await ask(`${url}/api/links`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ url: LONG_ADDRESS }),
  })
  const { slug, shortUrl } = (await made.json()) as { slug: string; shortUrl: string }
  say(`  POST /api/links            ${made.status}  ${shortUrl}`)
  expectThat(made.status === 201 && slug, 'no short link was made')

  const redirect = await ask(`${url}/${slug}`, { redirect: 'manual' })
  say(`  GET  /${slug}  ${redirect.status}  → ${redirect.headers.get('location')}`)
  expectThat(redirect.headers.get('location') === LONG_ADDRESS, 'the short link leads elsewhere')

  const stats = (await (await ask(`${url}/api/links/${slug}/stats`)).json()) as { clicks: number }
  say(`  GET  /api/links/${slug}/stats  clicks: ${stats.clicks}`)
  expectThat(stats.clicks === 1, 'the click was not counted')
}

const ask = (url: string, init: RequestInit = {}): Promise<Response> =>
  fetch(url, { ...init, signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS) })

const expectThat = (holds: unknown, otherwise: string): void => {
  if (!holds) throw new Error(`The service does not do what was asked: ${otherwise}.`)
}

/** Also after a failure half way: the service, and the database wherever it had to be put. */
const takeDown = async (dataDir: string): Promise<void> => {
  const log = createLog({ level: 'silent' })
  await createLocalDeployer({ dataDir, log, sandbox: createSandbox({ log }) }).remove(PROJECT)
  await destroyEmbeddedPostgres(dataDir)
  await rm(dataDir, { recursive: true, force: true })
}
