import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { agentsCommand } from '../../src/cli/agents.ts'
import { loadConfig } from '../../src/config.ts'
import { auditEntries } from '../../src/db/schema/index.ts'
import { createHouse, type House } from '../domain/agents/house.ts'

let house: House
let folder: string
beforeAll(async () => {
  house = await createHouse()
  folder = await mkdtemp(join(tmpdir(), 'prorab-agents-'))
  await agents('seed')
  await house.project('shop')
})
afterAll(async () => {
  await rm(folder, { recursive: true, force: true })
  await house.database.close()
})

/** What `prorab agents …` prints. */
const agents = async (...args: string[]): Promise<string> => run(args)
const run = async (args: string[], typed = ''): Promise<string> => {
  const config = loadConfig({ DATABASE_URL: house.database.url, PRORAB_DATA_DIR: folder })
  const [input, output] = [new PassThrough(), new PassThrough()]
  input.end(typed)
  const printed = text(output)
  try {
    await agentsCommand({ config, input, output }).parseAsync(args, { from: 'user' })
  } finally {
    output.end()
  }
  return printed
}
const json = async (...args: string[]) => JSON.parse(await agents(...args, '--json'))

describe('whoever has the command line', () => {
  it('sees the system’s agents, and a project’s', async () => {
    expect(await agents('list')).toMatch(
      /^NAME +ROLE +MODEL +VERSION +SUCCESS +IN HAND +STATE\nArchitect +architect +\(default\) +1 +- +0 +ready\n/,
    )
    const shop = await json('list', 'shop')
    expect(shop.map(({ reference }: { reference: string }) => reference)).toContain('shop/Orchestrator')
    await expect(agents('list', 'nothing')).rejects.toMatchObject({ code: 'not_found' })
  })

  it('reads one with its prompt', async () => {
    const shown = await agents('show', 'shop/orchestrator')
    expect(shown).toMatch(/^shop\/Orchestrator {2}version 1 {2}ready, default\n/)
    expect(shown).toContain('  max_parallel_agents: 3\n')
    expect(shown).toContain('  last 30 days: 0 call(s), $0.00\n  last decisions: (none)\n')
    expect(shown).toContain('You are the orchestrator of this project.')
  })

  it('sets fields, and is told every mistake at once', async () => {
    expect(await json('set', 'shop/Ask', 'temperature=0.7', 'risk_level=HIGH')).toMatchObject({
      version: 2,
      config: { temperature: 0.7, metadata: { risk_level: 'HIGH' } },
    })
    await expect(agents('set', 'shop/Ask', 'temperature=hot', 'colour=red')).rejects.toThrow(
      /2 problem\(s\)[\s\S]*`temperature`: must be a number, not "hot"[\s\S]*`colour`: is unknown/,
    )
    await expect(agents('set', 'shop/Ask', 'temperature')).rejects.toThrow('write it like temperature=0.2')
  })

  it('is written down as who they are on this machine, by the command line', async () => {
    const [version] = await json('history', 'shop/Ask')
    expect(version).toMatchObject({ version: 2, surface: 'cli', change: { kind: 'edited' } })
    const entries = await house.db.select().from(auditEntries)
    expect(entries.find(({ subject }) => subject === 'shop/Ask')).toMatchObject({
      action: 'agent.edit',
      surface: 'cli',
    })
  })

  it('saves what it showed, edited, and is refused when it is no longer the newest', async () => {
    const file = join(folder, 'debug.json')
    await writeFile(file, await agents('show', 'shop/Debug', '--json'))
    const edited = (await readFile(file, 'utf8')).replace('"temperature": 0.2', '"temperature": 0.4')
    await writeFile(file, edited)
    expect(await json('edit', 'shop/Debug', file)).toMatchObject({ version: 2, config: { temperature: 0.4 } })
    await expect(agents('edit', 'shop/Debug', file)).rejects.toThrow(
      /Nothing was saved[\s\S]*-temperature: 0.2\n\+temperature: 0.4/,
    )
  })

  it('gives a prompt or a config by standard input, too', async () => {
    await run(['edit', 'shop/Debug', '--prompt'], 'Find the cause.\nSay it.')
    const debug = await json('show', 'shop/Debug')
    expect(debug.config.system_prompt).toBe('Find the cause.\nSay it.')
    const config = { ...debug.config, metadata: { ...debug.config.metadata, role: 'custom' } }
    await run(['new', 'Critic', '-', '--project', 'shop'], JSON.stringify(config))
    expect(await json('show', 'shop/Critic')).toMatchObject({ role: 'custom', version: 1 })
    await expect(run(['new', 'Bad'], '{ "model": ')).rejects.toThrow('standard input is not JSON')
    await expect(agents('new', 'Bad', join(folder, 'none.json'))).rejects.toThrow('cannot be read')
  })

  it('compares, goes back, clones, disables and deletes', async () => {
    expect(await agents('diff', 'shop/Debug', '1', '2')).toContain('-temperature: 0.2\n+temperature: 0.4')
    expect(await agents('diff', 'shop/Ask', '2', '2')).toBe('Versions 2 and 2 are the same.\n')
    expect(await json('diff', 'shop/Ask')).toContainEqual({ path: 'temperature', before: 0.2, after: 0.7 })
    await expect(agents('diff', 'shop/Critic')).rejects.toMatchObject({ code: 'not_found' })
    expect(await json('rollback', 'shop/Ask', '1')).toMatchObject({
      version: 3,
      config: { temperature: 0.2 },
    })
    expect(await json('clone', 'shop/Ask', 'Reader', '--project', 'shop')).toMatchObject({
      reference: 'shop/Reader',
    })
    expect(await json('disable', 'shop/Reader')).toMatchObject({ is_active: false })
    expect(await agents('diff', 'shop/Reader')).toBe('is_active: true → false\n')
    expect(await json('enable', 'shop/Reader')).toMatchObject({ is_active: true })
    expect(await json('default', 'shop/Reader')).toMatchObject({ is_default: true })
    await expect(agents('delete', 'shop/Reader')).rejects.toThrow('Add --yes')
    expect(await agents('delete', 'shop/Reader', '--yes')).toBe('Reader is deleted.\n')
    await expect(agents('show', 'shop/Reader')).rejects.toMatchObject({ code: 'not_found' })
  })

  it('tries one, and it is told what that took', async () => {
    expect(await agents('test', 'ProductOwner', 'hello')).toMatch(
      /Tell me what you want built[\s\S]*\nProductOwner, offline: 0 tokens in, 0 out, \$0\.0000, [\d.]+ s\n$/,
    )
    expect(await agents('test', 'Architect', 'plan')).toContain('it went straight to its tools (read_file)')
    expect(await agents('show', 'Architect')).toContain('last 30 days: 1 call(s), $0.00')
    await expect(agents('test', 'Nobody', 'hello')).rejects.toMatchObject({ code: 'not_found' })
  })

  it('sees what seeding would do before it is done', async () => {
    await agents('set', 'Tester', 'model=mine')
    expect(await agents('seed', '--dry-run')).toMatch(
      /^Tester was changed by a person and would stay\.\n {4}--- before\n[\s\S]*-model: "mine"\n/m,
    )
    const report = await json('seed')
    expect(report.find(({ reference }: { reference: string }) => reference === 'Tester').state).toBe(
      'changed',
    )
  })
})
