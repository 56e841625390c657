import { execFile } from 'node:child_process'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, test, vi } from 'vitest'
import { WAY } from '../../src/domain/projects/lifecycle.ts'
import { createMachine, type Machine } from '../support/chaos/machine.ts'
import { createLife, type Life } from '../support/chaos/mortal.ts'
import { cutConnections } from '../support/database.ts'

const run = promisify(execFile)
/** `npm run test:chaos` tries every step. */
const AT_ONCE = 2
const STRIDE = process.env.PRORAB_CHAOS === 'all' ? 1 : 20

vi.setConfig({ maxConcurrency: AT_ONCE })

/**
 * A person asks for a service, has the plan changed by words, and approves it. The person waits for the program:
 * a life that ends early is followed by an undisturbed one before anything else is said.
 */
const converse = async (machine: Machine, life: Life): Promise<void> => {
  let alive = true
  const settle = async () => {
    alive = alive && (await machine.live(life))
    if (!alive) await machine.live()
  }
  await machine.says('create a URL shortener with click statistics')
  await settle()
  await machine.says('change the plan of url-shortener: add an expiry date to short links')
  await settle()
  await machine.decides('approve')
  await settle()
}

const remove = async (machine: Machine, life: Life): Promise<void> => {
  await machine.asksToDelete()
  await machine.decides('approve')
  if (!(await machine.live(life))) await machine.live()
}

/** Everything that must be the same whenever the program died. */
const outcomeOf = async ({ database, dataDir, services }: Machine) => {
  const column = async (query: Promise<Record<string, unknown>[]>) =>
    (await query).map((row) => Object.values(row)[0])
  const { sql } = database
  const git = async (...args: string[]) => {
    const gitDir = join(dataDir, 'forge', 'url-shortener.git')
    return (await run('git', ['-c', 'safe.directory=*', `--git-dir=${gitDir}`, ...args])).stdout.trim()
  }
  return {
    inbox: await column(sql`select state from inbox`),
    turns: await column(sql`select state from turns`),
    projects: [...(await sql`select name, status from projects`)],
    // Some are made at the same moment: where each began tells their order, their times do not.
    moves: (await column(sql`select coalesce("from", '') || ' > ' || "to" from project_events`)).sort(),
    runs: await column(sql`select status from runs`),
    approvals: [
      ...(await sql`select state, applied_at is not null as applied from approvals order by number`),
    ],
    deployments: await column(sql`select state from deployments`),
    audit: await column(sql`select action from audit_entries where action like 'approval.%' order by at`),
    messages: (await column(sql`select key from outbox order by seq`)).map((key) =>
      String(key).replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, 'id'),
    ),
    commits: (await git('log', '--reverse', '--format=%s', 'main'))
      .replaceAll(/run\/\w{8}/g, 'run/id')
      .split('\n'),
    tree: await git('rev-parse', 'main^{tree}'),
    services: services.size,
    left: [
      ...(await readdir(join(dataDir, 'forge', 'checkouts')).catch(() => [])),
      ...(await readdir(join(dataDir, 'work')).catch(() => [])),
    ].length,
  }
}

const undisturbed = createLife(Number.POSITIVE_INFINITY)
await using first = await createMachine()
await converse(first, undisturbed)
const wanted = await outcomeOf(first)

test('an undisturbed conversation ends in a running service', () => {
  expect(wanted).toMatchObject({
    inbox: ['done', 'done'],
    turns: ['done', 'done'],
    projects: [{ name: 'url-shortener', status: 'active' }],
    moves: WAY.map((to, index) => `${WAY[index - 1] ?? ''} > ${to}`).sort(),
    runs: ['succeeded'],
    approvals: [
      { state: 'changed', applied: true },
      { state: 'approved', applied: true },
    ],
    deployments: ['healthy'],
    services: 1,
    left: 0,
  })
})

const steps = undisturbed.steps.map((name, index) => ({ name, number: index + 1 }))

describe.concurrent('a program that dies', () => {
  test.for(steps.filter((_, index) => index % STRIDE === STRIDE - 1))(
    'at step $number, $name, leaves nothing undone and does nothing twice',
    async ({ number }) => {
      await using machine = await createMachine()
      const life = createLife(number)
      await converse(machine, life)
      expect(await outcomeOf(machine), `it died ${life.steps.at(-1)}`).toEqual(wanted)
    },
  )
})

describe.concurrent('a database that is started anew', () => {
  test.for(steps.filter((_, index) => index % (3 * STRIDE) === STRIDE))(
    'at step $number, $name, costs a moment and nothing else',
    async ({ number }) => {
      await using machine = await createMachine()
      await converse(
        machine,
        createLife(number, () => cutConnections(machine.database.url)),
      )
      expect(await outcomeOf(machine)).toEqual(wanted)
    },
  )
})

const deletion = createLife(Number.POSITIVE_INFINITY)
await remove(first, deletion)

describe.concurrent('a program that dies while it deletes a project', () => {
  const moments = deletion.steps.map((name, index) => ({ name, number: index + 1 }))
  test.for(moments.filter((_, index) => STRIDE === 1 || index % 4 === 3))(
    'at step $number, $name, leaves nothing of it, and says so once',
    async ({ number }) => {
      await using machine = await createMachine()
      await converse(machine, createLife(Number.POSITIVE_INFINITY))
      await remove(machine, createLife(number))
      const { sql } = machine.database
      const forge = await readdir(join(machine.dataDir, 'forge'))
      expect({
        projects: [...(await sql`select status from projects`)],
        ports: [...(await sql`select port from ports`)],
        applied: [...(await sql`select 1 from approvals where applied_at is null`)],
        deployments: [...(await sql`select state from deployments`)],
        said: (await sql`select 1 from outbox where key like '%:deleted'`).length,
        audit: (await sql`select 1 from audit_entries where action = 'project.delete'`).length,
        services: machine.services.size,
        repositories: forge.filter((name) => name.endsWith('.git')),
        archived: (await readdir(join(machine.dataDir, 'archive', 'forge'))).length,
      }).toEqual({
        projects: [{ status: 'archived' }],
        ports: [],
        applied: [],
        deployments: [{ state: 'stopped' }],
        said: 1,
        audit: 1,
        services: 0,
        repositories: [],
        archived: 1,
      })
    },
  )
})

test('a run that somebody was told is stopped does not go on when the program dies before it was', async () => {
  await using machine = await createMachine()
  await machine.says('create a URL shortener with click statistics')
  await machine.live()
  await machine.decides('approve')
  expect(await machine.live(createLife(40))).toBe(false)
  await machine.database.sql`update runs set stopped_by = requested_by`
  await machine.live()
  expect([...(await machine.database.sql`select status from runs`)]).toEqual([{ status: 'stopped' }])
  expect(machine.services.size).toBe(0)
})
