import { randomUUID } from 'node:crypto'
import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { eq } from 'drizzle-orm'
import { afterEach, beforeEach, expect, test } from 'vitest'
import {
  alertSubscriptions,
  conversations,
  incidents,
  outbox,
  projects,
} from '../../../src/db/schema/index.ts'
import { openApproval } from '../../../src/domain/approvals/approvals.ts'
import { createProject, updateProject } from '../../../src/domain/projects/projects.ts'
import { ensureConsoleOwner } from '../../../src/domain/users/console-owner.ts'
import { createLocalSource } from '../../../src/forges/listing-local.ts'
import { createLocalForge } from '../../../src/forges/local.ts'
import { createLocalSync } from '../../../src/jobs/local-sync.ts'
import { createLog } from '../../../src/log.ts'
import { createTestDatabase } from '../../support/database.ts'
import { createManualClock } from '../../support/manual-clock.ts'
import { createScratchFolder } from '../../support/scratch.ts'

const createWorld = async () => {
  const clock = createManualClock()
  const log = createLog({ level: 'silent' })
  const [database, folder] = await Promise.all([createTestDatabase(), createScratchFolder()])
  const { db } = database
  const dataDir = folder.path
  const owner = await ensureConsoleOwner(db, { platformUserId: 'test', name: 'Ann' })
  const conversationId = randomUUID()
  await db
    .insert(conversations)
    .values({ id: conversationId, platform: 'console', key: 'console:alerts', kind: 'private' })
  await db.insert(alertSubscriptions).values({ conversationId, least: 'critical' })
  const forge = createLocalForge({ dataDir, log, clock })
  const sync = createLocalSync({
    db,
    clock,
    log,
    wake: { deliver: async () => {} },
    instanceId: 'test',
    shutdown: new AbortController().signal,
    source: createLocalSource({ dataDir, clock }),
  })
  /** A project that prorab made, with its repository. */
  const make = async (name: string) => {
    const project = await db.transaction((tx) =>
      createProject(tx, { name, title: name, description: '', ownerId: owner.id, conversationId }, []),
    )
    await forge.ensureRepository({ name, description: '' })
    await updateProject(db, project.id, { repository: name })
    await db.update(projects).set({ status: 'active' }).where(eq(projects.id, project.id))
    return project.id
  }
  return {
    db,
    owner,
    conversationId,
    forge,
    sync,
    make,
    pathOf: (name: string) => join(dataDir, 'forge', `${name}.git`),
    dataDir,
    statusOf: async (id: string) =>
      (await db.select({ status: projects.status }).from(projects).where(eq(projects.id, id)))[0]?.status,
    incidents: () => db.select().from(incidents),
    close: async () => {
      await database.close()
      await folder[Symbol.asyncDispose]()
    },
  }
}

let world: Awaited<ReturnType<typeof createWorld>>
beforeEach(async () => {
  world = await createWorld()
})
afterEach(() => world.close())

test('a bare repository that somebody deletes by hand is missed aloud; put back, all is well again', async () => {
  const id = await world.make('url-shortener')
  await world.sync()
  expect(await world.incidents()).toEqual([])
  const aside = join(world.dataDir, 'aside.git')
  await rename(world.pathOf('url-shortener'), aside)
  expect(await world.sync()).toMatchObject({ outcome: 'done', summary: { missing: 1 } })
  expect(await world.statusOf(id)).toBe('missing')
  expect(await world.incidents()).toMatchObject([
    { kind: 'repo_missing', severity: 'critical', state: 'open', subject: 'url-shortener', projectId: id },
  ])
  await rename(aside, world.pathOf('url-shortener'))
  expect(await world.sync()).toMatchObject({ summary: { healed: 1, discovered: 0 } })
  expect(await world.statusOf(id)).toBe('active')
  expect(await world.incidents()).toMatchObject([{ state: 'resolved', resolution: 'healed' }])
})

test('a bare repository that nobody knows is a project that was found, once', async () => {
  await world.forge.ensureRepository({ name: 'from-elsewhere', description: '' })
  await using folder = await createScratchFolder()
  const tree = await world.forge.checkout({
    repository: { kind: 'local', name: 'from-elsewhere' },
    branch: 'main',
    dir: join(folder.path, 'tree'),
  })
  await writeFile(join(tree.dir, '.env.example'), 'PORT=1\nTOKEN=\n')
  await tree.commit({ message: 'Settings' })
  await tree.push()
  await world.sync()
  await world.sync()
  const [project, ...others] = await world.db.select().from(projects)
  expect(others).toEqual([])
  expect(project).toMatchObject({
    name: 'from-elsewhere',
    forge: 'local',
    repository: 'from-elsewhere',
    status: 'discovered',
    missingSecrets: ['TOKEN'],
  })
  expect(await world.db.select().from(outbox)).toMatchObject([
    { content: { view: 'discovered', args: { id: project?.id } } },
  ])
})

test('a repository that is being made for a project is no find', async () => {
  await world.db.transaction((tx) =>
    createProject(
      tx,
      {
        name: 'half',
        title: 'half',
        description: '',
        ownerId: world.owner.id,
        conversationId: world.conversationId,
      },
      [],
    ),
  )
  await world.forge.ensureRepository({ name: 'half', description: '' })
  expect(await world.sync()).toMatchObject({ summary: { discovered: 0, updated: 0 } })
  expect(await world.db.select().from(projects)).toMatchObject([{ status: 'draft', repository: null }])
})

test('a project that is being deleted is not missed while its repository goes first', async () => {
  const id = await world.make('unwanted')
  const now = new Date('2030-01-01T12:00:00Z')
  await world.db.transaction((tx) =>
    openApproval(tx, {
      conversationId: world.conversationId,
      requestedBy: world.owner.id,
      projectId: id,
      request: {
        v: 1,
        kind: 'delete_project',
        risk: 'high',
        allow: ['approve', 'reject'],
        facts: { project: 'unwanted' },
      },
      decision: {
        verb: 'approve',
        userId: world.owner.id,
        userName: 'Ann',
        surface: 'console',
        at: now.toISOString(),
      },
      now,
    }),
  )
  await world.forge.archiveRepository({ kind: 'local', name: 'unwanted' })
  await world.sync()
  expect(await world.statusOf(id)).toBe('active')
  expect(await world.incidents()).toEqual([])
})

test('with the whole folder away nothing is missing; the third time somebody is told', async () => {
  const id = await world.make('url-shortener')
  await rename(join(world.dataDir, 'forge'), join(world.dataDir, 'elsewhere'))
  for (let round = 1; round <= 3; round++)
    expect(await world.sync()).toMatchObject({ outcome: 'failed', failures: round })
  expect(await world.statusOf(id)).toBe('active')
  expect(await world.incidents()).toMatchObject([{ kind: 'sync_failing', key: 'sync_failing:local_sync' }])
})

test('what is no repository is passed over: work trees, locks, an empty folder', async () => {
  await world.make('url-shortener')
  await mkdir(world.pathOf('empty'))
  await mkdir(world.pathOf('-bad'))
  await rm(join(world.dataDir, 'forge', 'locks'), { recursive: true, force: true })
  expect(await world.sync()).toMatchObject({ summary: { discovered: 0, missing: 0 } })
})
