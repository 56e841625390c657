import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DrizzleQueryError } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { AppError, asAppError, errorText } from '../src/errors.ts'
import { createLog } from '../src/log.ts'

const logged = (what: object): string => {
  let written = ''
  const to = {
    write: (line: string) => {
      written += line
    },
  }
  createLog({ level: 'info', to }).error(what, 'something.failed')
  return written
}

const refused = Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:5432'), { code: 'ECONNREFUSED' })
const failedQuery = new DrizzleQueryError(
  'insert into inbox values ($1)',
  ['/claim 7F3K-Q2MP my words'],
  refused,
)

test.each([
  ['as it came', failedQuery],
  ['as the cause of one of ours', new AppError('internal', 'no turn', { cause: failedQuery })],
  ['taken for one of ours', asAppError(failedQuery)],
])('a query that failed is logged without what people wrote, %s', (_how, err) => {
  const line = logged({ err })
  expect(line).not.toContain('7F3K')
  expect(line).not.toContain('my words')
  expect(line).toContain('ECONNREFUSED')
  expect(line).toContain('log.test.ts')
})

test('what a failed query is called anywhere else does not quote people either', () => {
  expect(errorText(failedQuery)).toBe('a query failed: connect ECONNREFUSED 127.0.0.1:5432')
})

test('a failure can be found by its reference and its kind, and keeps what a person typed to itself', () => {
  const error = new AppError('invalid', 'not a project name', {
    userMessage: { key: 'project-name-invalid', args: { name: 'my own words' } },
  })
  expect(JSON.parse(logged({ err: error }))).toMatchObject({
    err: { errorCode: 'invalid', reference: error.reference, told: 'project-name-invalid' },
  })
  expect(logged({ err: error })).not.toContain('my own words')
})

test.each([
  ['postgres://prorab:hunter2-hunter2@db:5432/prorab cannot be reached', 'hunter2'],
  ['https://api.telegram.org/bot123456789:AAbbCCddEEffGGhhIIjjKKllMMnnOOpp/getMe timed out', 'AAbbCC'],
  ['401 Incorrect API key provided: sk-proj-abcdefgh12345678', 'abcdefgh'],
  ['xoxb-1234567890-abcdef is revoked', 'abcdef'],
])('a secret that an error quotes is not logged: %s', (message, secret) => {
  const cause = new Error(message)
  for (const err of [cause, message, new Error('outer', { cause })])
    expect(logged({ err })).not.toContain(secret)
  expect(logged({ error: cause })).not.toContain(secret)
})

test('a log file and its folder are for their owner alone', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'prorab-log-'))
  try {
    const path = join(folder, 'data', 'logs', 'prorab.log')
    createLog({ level: 'info', to: path }).info('begun')
    expect((await stat(path)).mode & 0o077).toBe(0)
    expect((await stat(join(folder, 'data'))).mode & 0o077).toBe(0)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})
