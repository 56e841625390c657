import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, test } from 'vitest'
import { destroyEmbeddedPostgres } from '../../src/db/embedded.ts'
import { createScratchFolder } from '../support/scratch.ts'

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url))

interface Ended {
  code: number | null
  output: string
}

/** Runs prorab as the npm scripts do, with this input and nothing of the tester's environment. */
const prorab = (
  args: string[],
  { env = {}, input = '' }: { env?: Record<string, string>; input?: string } = {},
) =>
  new Promise<Ended>((resolve, reject) => {
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', MAIN, ...args], {
      env: { PATH: process.env.PATH, HOME: process.env.HOME, PORT: '0', ...env },
    })
    let output = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk))
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, output }))
    child.stdin.end(input)
  })

describe('a newcomer at the command line', () => {
  test('watches the demo build a service, use it and clean up', async () => {
    const { code, output } = await prorab(['demo'])
    expect(output).toContain('Understood: URL shortener')
    expect(output).toMatch(/clicks: 1\n/)
    expect(output).toContain('The demo worked.')
    expect(code, output).toBe(0)
  })

  test('is told every mistake in the configuration at once', async () => {
    const { code, output } = await prorab(['start'], { env: { PORT: 'many', SLACK_APP_TOKEN: 'xapp-1' } })
    expect(output).toContain('PORT must be a number')
    expect(output).toContain('SLACK_APP_TOKEN and SLACK_SIGNING_SECRET need SLACK_BOT_TOKEN')
    expect(code, output).toBe(1)
  })

  test('is told which command they may have meant', async () => {
    const { code, output } = await prorab(['docter'])
    expect(output).toContain("there is no command 'docter'. Did you mean doctor?")
    expect(output).toContain('migrate')
    expect(code, output).toBe(1)
  })

  test('is told by the doctor what is wrong with each connection', async () => {
    await using folder = await createScratchFolder()
    const { code, output } = await prorab(['doctor'], {
      env: {
        PRORAB_DATA_DIR: `${folder.path}/data`,
        DATABASE_URL: 'postgres://a:b@127.0.0.1:1/c',
        REDIS_URL: 'redis://127.0.0.1:1',
        OPENAI_API_KEY: 'key',
        OPENAI_BASE_URL: 'http://127.0.0.1:1/v1',
      },
    })
    expect(output).toMatch(/wrong database: .*ECONNREFUSED/)
    expect(output).toMatch(/wrong jobs: .*ECONNREFUSED/)
    // Port 1 is one that fetch itself does not call.
    expect(output).toMatch(/wrong model: fetch failed \(.+\)/)
    expect(code, output).toBe(1)
  })

  test('is told in words that the database cannot be reached', async () => {
    const { code, output } = await prorab(['start'], {
      env: { DATABASE_URL: 'postgres://a:b@127.0.0.1:1/c' },
    })
    expect(output).toContain('DATABASE_URL cannot be used')
    expect(output).not.toContain('    at ')
    expect(code, output).toBe(1)
  })
})

describe('a conversation through a pipe', async () => {
  const folder = await createScratchFolder()
  const env = { PRORAB_DATA_DIR: `${folder.path}/data` }
  afterAll(async () => {
    await prorab(['start'], { env, input: '/delete guestbook\n1\n' })
    await destroyEmbeddedPostgres(env.PRORAB_DATA_DIR)
    await folder[Symbol.asyncDispose]()
  })

  test('waits with each line until the one before is dealt with, and ends with the input', async () => {
    const { code, output } = await prorab(['start'], { env, input: 'сделай гостевую книгу\n1\n' })
    expect(output).toContain('you> 1')
    expect(output).toMatch(/guestbook[^\n]*работает[^\n]*\n\s+http:\/\/127\.0\.0\.1:\d+/)
    expect(code, output).toBe(0)
  })

  test('goes on where it was after prorab was stopped: project, service and language are there', async () => {
    const { output } = await prorab(['start'], { env, input: '/project guestbook\n' })
    const url = output.match(/http:\/\/127\.0\.0\.1:8\d+/)?.[0]
    expect(output).toContain('Адрес')
    const answer = await fetch(`${url}/healthz`)
    expect(await answer.json()).toMatchObject({ status: 'ok', name: 'guestbook' })
  })
})
