import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { agents, auditEntries, outbox, projects, syncJobs, syncRuns } from '../../../src/db/schema/index.ts'
import { reviseViews, say } from '../../../src/domain/conversations/outbox.ts'
import type { Person } from '../../../src/domain/users/person.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'
import { cardOf, createDesk, type Desk } from '../desk.ts'

let base: TestDatabase
let desk: Desk
let anna: Person
let conversationId: string

beforeAll(async () => {
  base = await createTestDatabase()
  desk = createDesk(base.db)
  anna = await desk.person('anna', 'operator')
  await desk.person('boris', 'admin')
  await desk.person('mia', 'member')
  conversationId = (await desk.project(anna, 'shop')).conversationId
})
afterAll(() => base.close())

const says = (line: string, who = 'anna') => desk.command(who, line)
const t = (key: string, args?: Record<string, string | number>) => desk.t('en', key, args)

const find = async (name: string, change: Partial<typeof projects.$inferInsert> = {}) => {
  const [project] = await base.db
    .insert(projects)
    .values({
      name,
      title: name,
      description: 'Words *and* pictures',
      status: 'discovered',
      forge: 'github',
      repository: `acme/${name}`,
      repositoryUrl: `https://github.com/acme/${name}`,
      isPrivate: true,
      missingSecrets: ['DATABASE_URL', 'API_KEY'],
      ...change,
    })
    .returning()
  if (!project) throw new Error('no project')
  return project
}

describe('a project that was found', () => {
  test('shows what it lacks, with the two buttons', async () => {
    await find('blog')
    const card = cardOf(await says('/discovered blog'))
    expect(card).toMatchObject({ title: 'Found: blog', tone: 'question' })
    expect(card.body).toContain('Setup required.')
    expect(card.body).toContain('`DATABASE_URL`, `API_KEY`')
    expect(card.buttons).toEqual([
      [
        { label: 'Adopt', action: 'cmd:/adopt blog' },
        { label: 'Ignore', action: 'cmd:/ignore blog' },
      ],
    ])
  })

  test('is adopted by the first who presses; the second is told who did, and nothing changes', async () => {
    const { id } = await find('wiki', { missingSecrets: null })
    const [first, second] = await Promise.all([
      desk.press('anna', 'cmd:/adopt wiki'),
      desk.press('boris', 'cmd:/adopt wiki'),
    ])
    const [project] = await base.db.select().from(projects).where(eq(projects.id, id))
    expect(project).toMatchObject({ status: 'initialized', adoption: 'adopted', missingSecrets: null })
    const winner = project?.ownerId === anna.id ? 'anna' : 'boris'
    expect([first?.markdown, second?.markdown].sort()).toEqual(
      [
        t('discovered-adopted', { name: 'wiki' }),
        t('discovered-already-adopted', { name: 'wiki', by: winner }),
      ].sort(),
    )
    const own = await base.db.select().from(agents).where(eq(agents.projectId, id))
    expect(own.map(({ role }) => role).sort()).toEqual(['architect', 'ask', 'code', 'debug', 'orchestrator'])
    expect(desk.woken).toContain('sync github_sync')
    const card = cardOf(await says('/discovered wiki'))
    expect(card).toMatchObject({ title: 'wiki', buttons: [] })
    expect(card.footer).toContain(`Adopted by ${winner}`)
  })

  test('that is to be left alone is in no list but that of found ones, and can be adopted later', async () => {
    await find('attic')
    expect((await says('/ignore attic'))?.markdown).toBe(t('discovered-ignored', { name: 'attic' }))
    expect((await says('/ignore attic', 'boris'))?.markdown).toBe(
      t('discovered-already-ignored', { name: 'attic', by: 'anna' }),
    )
    expect(cardOf(await says('/projects')).body).not.toContain('attic')
    expect(cardOf(await says('/discovered')).body).toContain('attic** · acme/attic · left alone')
    expect(cardOf(await says('/discovered attic')).buttons).toEqual([
      [{ label: 'Adopt', action: 'cmd:/adopt attic' }],
    ])
    expect((await says('/adopt attic'))?.markdown).toBe(t('discovered-adopted', { name: 'attic' }))
    expect((await says('/ignore attic'))?.markdown).toBe(
      t('discovered-already-adopted', { name: 'attic', by: 'anna' }),
    )
  })

  test('is decided about by operators and admins alone', async () => {
    await find('safe')
    expect((await says('/adopt safe', 'mia'))?.markdown).toBe(
      t('error-forbidden-role', { least: 'operator' }),
    )
    expect((await says('/ignore safe', 'mia'))?.markdown).toBe(
      t('error-forbidden-role', { least: 'operator' }),
    )
    expect(cardOf(await says('/discovered safe', 'mia')).buttons).toEqual([])
    const [project] = await base.db.select().from(projects).where(eq(projects.name, 'safe'))
    expect(project).toMatchObject({ status: 'discovered', adoption: null })
  })

  test('changes on every card that shows it', async () => {
    const { id } = await find('shown')
    await say(base.db, {
      conversationId,
      key: `discovered:${id}:${conversationId}`,
      content: { type: 'view', view: 'discovered', args: { id } },
    })
    const before = await base.db
      .select()
      .from(outbox)
      .where(eq(outbox.key, `discovered:${id}:${conversationId}`))
    await says('/adopt shown')
    const after = await base.db
      .select()
      .from(outbox)
      .where(eq(outbox.key, `discovered:${id}:${conversationId}`))
    expect(after[0]?.version).toBe((before[0]?.version ?? 0) + 1)
    expect(desk.woken).toContain(`deliver ${conversationId}`)
    expect(await reviseViews(base.db, 'discovered', { id })).toEqual([conversationId])
  })

  test('hides no project that people made', async () => {
    for (let i = 0; i < 12; i++) await find(`flood-${i}`)
    expect(cardOf(await says('/projects')).body?.split('\n')[0]).not.toContain('flood')
    expect(cardOf(await says('/projects')).body).toContain('shop')
  })

  test('is not what an ordinary project is', async () => {
    expect((await says('/adopt shop'))?.markdown).toBe(t('discovered-no-find', { name: 'shop' }))
    expect((await says('/ignore shop'))?.markdown).toBe(t('discovered-no-find', { name: 'shop' }))
  })
})

describe('/sync', () => {
  beforeEach(async () => {
    desk.woken.length = 0
    await base.db.delete(syncJobs)
    await base.db.delete(syncRuns)
    const now = desk.clock.now()
    await base.db.insert(syncJobs).values([
      {
        name: 'github_sync',
        lastStartedAt: now,
        lastSuccessAt: now,
        nextAt: new Date(now.getTime() + 300_000),
        summary: { requests: 3, discovered: 2, missing: 1 },
      },
      {
        name: 'server_sync',
        lastStartedAt: now,
        failures: 4,
        lastError: 'the *provider* is away',
        nextAt: now,
      },
      { name: 'escalation', lastStartedAt: now, lastSuccessAt: now, nextAt: now },
    ])
    const run = { startedAt: now, finishedAt: now }
    await base.db.insert(syncRuns).values([
      { ...run, name: 'github_sync', ok: true, summary: { requests: 3, discovered: 2 } },
      { ...run, name: 'health_checker', ok: true, summary: { requests: 9, checked: 0 } },
      { ...run, name: 'server_sync', ok: false, error: 'the provider is away' },
    ])
  })

  test('tells how each went last, when it is next, and what was changed', async () => {
    const card = cardOf(await says('/sync'))
    expect(card).toMatchObject({ title: 'What happens by itself', tone: 'warning' })
    expect(card.body).toContain(
      '**github_sync** · last success 12:00 UTC · 2 found, 1 missing · next 12:05 UTC',
    )
    expect(card.body).toContain(
      '**server_sync** · failed 4 times in a row: the \\*provider\\* is away · never succeeded yet',
    )
    const [, changes = ''] = card.body?.split('Last changes') ?? []
    expect(changes).toContain('github_sync · 2 found')
    expect(changes).toContain('server_sync · failed: the provider is away')
    expect(changes).not.toContain('health')
    expect(card.buttons).toEqual([
      [
        { label: 'Run github_sync', action: 'cmd:/sync run github_sync' },
        { label: 'Run server_sync', action: 'cmd:/sync run server_sync' },
      ],
    ])
  })

  test('run now wakes the job, and is in the audit', async () => {
    expect((await says('/sync run github_sync'))?.markdown).toBe(t('sync-started', { name: 'github_sync' }))
    expect(desk.woken).toContain('sync github_sync')
    const [entry] = await base.db.select().from(auditEntries).where(eq(auditEntries.action, 'sync.run'))
    expect(entry).toMatchObject({ actor: 'anna', subject: 'github_sync', result: 'ok' })
  })

  test('a name that nothing has is answered with those there are', async () => {
    expect((await says('/sync run backups'))?.markdown).toBe(
      t('sync-unknown', { name: 'backups', names: 'escalation, github_sync, server_sync' }),
    )
    expect(desk.woken.filter((one) => one.startsWith('sync'))).toEqual([])
  })

  test('a member reads it, and runs nothing', async () => {
    expect(cardOf(await says('/sync', 'mia')).buttons).toEqual([])
    expect((await says('/sync run github_sync', 'mia'))?.markdown).toBe(
      t('error-forbidden-role', { least: 'operator' }),
    )
  })
})
