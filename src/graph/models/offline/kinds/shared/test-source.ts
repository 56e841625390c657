import type { Has } from '../kind.ts'
import { code } from './code.ts'

export interface SharedTests {
  /** A collection of the API that knows GET and perhaps POST, but no PUT. */
  collection: string
  /** What an id is appended to, where that is not the collection. */
  lookup?: string
  /** Where a body may be sent. */
  accepts: string
  /** Bodies there must be JSON. */
  acceptsJson: boolean
  /** A read that needs the owner's key; undefined when reading is for everybody. */
  ownerReads?: string
}

/** `test/helpers.js`. */
export const helpersSource = (owner: boolean): string => code`
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createService } from '../src/service.js'

export const MINUTE = 60_000
export const DAY = 24 * 60 * MINUTE
${owner && "export const OWNER_KEY = 'key-of-the-tests'"}

/** A service on a free port with a data folder of its own and a clock that the test moves. */
export async function startService(t, options = {}) {
  const dataDir = mkdtempSync(join(tmpdir(), 'service-'))
  let time = Date.parse('2030-01-01T12:00:00Z')
  const settings = {
    dataDir,
    version: 'test',
    now: () => new Date(time),
    log: () => {},
    ${owner && 'ownerKey: OWNER_KEY,'}
    ...options,
  }
  let service = await start(settings)
  t.after(async () => {
    await service.close()
    rmSync(dataDir, { recursive: true })
  })

  const send = async (method, path, { headers = {}, body } = {}) => {
    const { port } = service.server.address()
    const response = await fetch(\`http://127.0.0.1:\${port}\${path}\`, {
      method,
      headers: { ${owner && code`authorization: \`Bearer \${OWNER_KEY}\`, `}...headers },
      body,
      redirect: 'manual',
    })
    const text = await response.text()
    const isJson = response.headers.get('content-type')?.startsWith('application/json')
    return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text }
  }

  return {
    send,
    /** A call of the JSON API. */
    api: (method, path, value) => send(method, path, value === undefined ? {} : jsonBody(value)),
    /** A form sent from a page. */
    form: (path, fields) => send('POST', path, { body: new URLSearchParams(fields) }),
    /** A page as a browser asks for it. */
    page: (path) => send('GET', path, { headers: { accept: 'text/html' } }),
    advance: (ms) => {
      time += ms
    },
    async restart() {
      await service.close()
      service = await start(settings)
    },
  }
}

async function start(settings) {
  const service = createService(settings)
  await new Promise((resolve) => service.server.listen(0, '127.0.0.1', resolve))
  return service
}

const jsonBody = (value) => ({ headers: { 'content-type': 'application/json' }, body: JSON.stringify(value) })
`

/** `test/server.test.js`. */
export const serverTestSource = (name: string, tests: SharedTests): string => code`
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readConfig } from '../src/config.js'
import { startService } from './helpers.js'

test('the health check names the service and its version', async (t) => {
  const service = await startService(t)
  const { status, body } = await service.api('GET', '/healthz')
  assert.equal(status, 200)
  assert.deepEqual(body, { status: 'ok', name: '${name}', version: 'test' })
})

test('an unknown address is told as JSON to programs and as a page to browsers', async (t) => {
  const service = await startService(t)
  const asProgram = await service.api('GET', '/api/no/such/thing')
  assert.equal(asProgram.status, 404)
  assert.match(asProgram.body.error, /nothing/)
  const asBrowser = await service.page('/no/such/thing')
  assert.equal(asBrowser.status, 404)
  assert.match(asBrowser.body, /<h1>Error 404/)
})

test('a method that is not possible is refused with those that are', async (t) => {
  const service = await startService(t)
  const { status, headers } = await service.api('PUT', '${tests.collection}', {})
  assert.equal(status, 405)
  assert.match(headers.get('allow'), /GET/)
})

${
  tests.acceptsJson &&
  code`
test('a body that is not a JSON object is refused', async (t) => {
  const service = await startService(t)
  for (const body of ['', '{', 'null', '[]', '"text"']) {
    const { status } = await service.send('POST', '${tests.accepts}', { body })
    assert.equal(status, 400, body)
  }
})
`
}

test('a body over 64 KB is refused with a reason', async (t) => {
  const service = await startService(t)
  const { status, body } = await service.send('POST', '${tests.accepts}', { body: 'x'.repeat(70_000) })
  assert.equal(status, 413)
  assert.match(body.error, /64 KB/)
})

test('a form on another site cannot act in a visitor’s name', async (t) => {
  const service = await startService(t)
  for (const headers of [{ 'sec-fetch-site': 'cross-site' }, { origin: 'https://evil.example' }]) {
    const { status } = await service.send('${tests.acceptsJson ? 'POST' : 'DELETE'}', '${
      tests.acceptsJson ? tests.accepts : '/api/bins/x'
    }', { headers, body: '{}' })
    assert.equal(status, 403)
  }
})

test('an address that is not encoded properly is an error of the caller', async (t) => {
  const service = await startService(t)
  const { status } = await service.api('GET', '${tests.lookup ?? tests.collection}/%E0%A4%A')
  assert.equal(status, 400)
})

test('a setting that makes no sense stops the start and is named', () => {
  assert.equal(readConfig({}).port, 3000)
  assert.throws(() => readConfig({ PORT: 'eighty' }), /PORT/)
})
`

/** `test/owner-key.test.js`, for services that have an owner key as a feature. */
export const ownerKeyTestSource = (tests: SharedTests): string => {
  const [method, path] = tests.acceptsJson ? ['POST', tests.accepts] : ['DELETE', '/api/bins/orders']
  return code`
import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { openOwner } from '../src/owner.js'
import { OWNER_KEY, startService } from './helpers.js'

test('without the owner key nothing can be changed', async (t) => {
  const service = await startService(t)
  for (const authorization of ['', 'Bearer wrong', 'Basic !!!', 'Bearer']) {
    const refused = await service.send('${method}', '${path}', { headers: { authorization } })
    assert.equal(refused.status, 401, authorization)
    assert.match(refused.headers.get('www-authenticate'), /^Basic/)
  }
})

test('the key works as a bearer token and as the password that a browser sends', async (t) => {
  const service = await startService(t)
  const basic = Buffer.from(\`anybody:\${OWNER_KEY}\`).toString('base64')
  for (const authorization of [\`Bearer \${OWNER_KEY}\`, \`Basic \${basic}\`]) {
    const { status } = await service.send('${method}', '${path}', { headers: { authorization } })
    assert.notEqual(status, 401, authorization)
  }
})

${
  tests.ownerReads
    ? code`
test('reading needs the key too, and only the health check is open', async (t) => {
  const service = await startService(t)
  const headers = { authorization: 'Bearer wrong' }
  assert.equal((await service.send('GET', '${tests.ownerReads}', { headers })).status, 401)
  assert.equal((await service.send('GET', '/healthz', { headers })).status, 200)
})
`
    : code`
test('reading is open to everybody', async (t) => {
  const service = await startService(t)
  const { status } = await service.send('GET', '/', { headers: { authorization: '' } })
  assert.equal(status, 200)
})
`
}

test('without a configured key one is made at the first start, and kept', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'owner-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'owner-key')
  openOwner(file)
  const key = readFileSync(file, 'utf8')
  assert.match(key, /^[\w-]{24}\n$/)
  openOwner(file)
  assert.equal(readFileSync(file, 'utf8'), key)
})
`
}

export const hasOwner = (has: Has): boolean => has('owner-key', 'moderation', 'replies')

/** How every test of a kind begins. */
export const TEST_HEAD = code`
import assert from 'node:assert/strict'
import { test } from 'node:test'
`
