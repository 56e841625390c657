import { randomUUID } from 'node:crypto'
import { PassThrough } from 'node:stream'
import type { Command } from 'commander'
import { desc } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { decisionsCommand } from '../../src/cli/decisions.ts'
import { routeCommand } from '../../src/cli/route.ts'
import { workersCommand } from '../../src/cli/workers.ts'
import { type Config, loadConfig } from '../../src/config.ts'
import { auditEntries, routingDecisions } from '../../src/db/schema/index.ts'
import { registerWorkers } from '../../src/domain/routing/registry.ts'
import { routeTask } from '../../src/domain/routing/route-task.ts'
import { createTask } from '../../src/domain/tasks/tasks.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'

let base: TestDatabase
let config: Config

beforeAll(async () => {
  base = await createTestDatabase()
  config = loadConfig({ DATABASE_URL: base.url })
  for (const host of ['build-1', 'build-2'])
    await registerWorkers(base.db, {
      processId: host,
      host,
      specs: [
        {
          agentType: 'code',
          poolName: 'default',
          capabilities: host === 'build-1' ? ['implement', 'repair'] : ['repair'],
          specializations: [],
          concurrencyLimit: 3,
        },
      ],
    })
})
afterAll(() => base.close())

const COMMANDS = { workers: workersCommand, route: routeCommand, decisions: decisionsCommand }

/** What `prorab NAME WORDS…` prints. */
const prorab = async (line: string): Promise<string> => {
  const [name = '', ...words] = line.split(' ')
  const output = new PassThrough()
  const command: Command = COMMANDS[name as keyof typeof COMMANDS]({ config, output })
  await command.exitOverride().parseAsync(words, { from: 'user' })
  return String(output.read() ?? '')
}
const json = async (line: string) => JSON.parse(await prorab(`${line} --json`))
const newTask = async () => {
  const wish = {
    originKey: randomUUID(),
    workType: 'implement',
    title: 'x',
    input: {},
    timeoutMs: 60_000,
  } as const
  return (await createTask(base.db, wish)).task
}

test('workers lists who is there, drains them and gives them work again, by name', async () => {
  expect(await prorab('workers')).toMatch(
    /NAME .*\nbuild-1\.code +code +default +online +0\/3 +\d+ s ago +implement,repair\n/,
  )
  expect(await prorab('workers drain build-2.code')).toBe(
    'build-2.code gets nothing new; what it has in hand it finishes.\n',
  )
  expect(await prorab('workers drain build-1.code')).toContain(
    'Warning: it was the last worker of the type code.',
  )
  expect(await json('workers list')).toMatchObject([
    { name: 'build-1.code', draining: true },
    { name: 'build-2.code', draining: true },
  ])
  expect(await json('workers resume build-1.code')).toEqual({ name: 'build-1.code', draining: false })
  await prorab('workers resume build-2.code')
  const [entry] = await base.db.select().from(auditEntries).orderBy(desc(auditEntries.at)).limit(1)
  expect(entry).toMatchObject({ action: 'worker.resume', subject: 'worker:build-2.code', surface: 'cli' })
  await expect(prorab('workers drain nobody')).rejects.toMatchObject({ code: 'not_found' })
})

test('route --dry-run shows what everybody would score, and decides nothing', async () => {
  const before = await base.db.$count(routingDecisions)
  const table = await prorab('route --dry-run --type code --work implement')
  expect(table).toMatch(/build-1\.code +default +30 +20 +0 +0 +10 +0 +0 +yes/)
  expect(table).toMatch(/build-2\.code .*no: incapable/)
  expect(table).toContain('It would go to build-1.code. Nothing was decided.')
  expect(await json('route --dry-run --work repair')).toMatchObject([
    { candidate: true },
    { candidate: true },
  ])
  expect(await prorab('route --dry-run --work answer')).toBe('There is no worker of the type research.\n')
  expect(await base.db.$count(routingDecisions)).toBe(before)
  await expect(prorab('route --work implement')).rejects.toThrow(/--dry-run/)
})

test('decisions tells what went where, by worker, work or task', async () => {
  expect(await prorab('decisions --task 999').catch((error) => error.message)).toBe('There is no task 999.')
  const task = await newTask()
  await routeTask(base.db, task, 1)
  for (const filter of ['', ' build-1.code', ' implement', ` --task ${task.number}`])
    expect(await prorab(`decisions${filter}`)).toMatch(
      new RegExp(`\\S+Z +${task.number} +implement +- +build-1\\.code +30 +1 +pending\n`),
    )
  expect(await prorab('decisions build-2.code')).toBe('Nothing was decided.\n')
  expect(await json('decisions')).toMatchObject([
    { task: task.number, selectedAgentName: 'build-1.code', score: 30 },
  ])
  await expect(prorab('decisions zzyzx')).rejects.toThrow('There is no agent, worker or kind of work zzyzx.')
})
