import { mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { eq } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { systemClock } from '../../src/clock.ts'
import { projects } from '../../src/db/schema/index.ts'
import { ensureConversation } from '../../src/domain/conversations/conversations.ts'
import { createProject } from '../../src/domain/projects/projects.ts'
import { createRun, moveRun } from '../../src/domain/runs/runs.ts'
import { cancelTask, createTask } from '../../src/domain/tasks/tasks.ts'
import { ensureConsoleOwner } from '../../src/domain/users/console-owner.ts'
import { createLocalForge } from '../../src/forges/local.ts'
import type { DeliveryDeps } from '../../src/graph/session.ts'
import { openWorkTree } from '../../src/graph/work-tree.ts'
import { cleanWork } from '../../src/jobs/clean-work.ts'
import { createLog } from '../../src/log.ts'
import { createTestDatabase } from '../support/database.ts'
import { createScratchFolder } from '../support/scratch.ts'

const log = createLog({ level: 'silent' })

const openSite = async () => {
  const stack = new AsyncDisposableStack()
  const { db } = stack.use(await createTestDatabase())
  const { path: dataDir } = stack.use(await createScratchFolder())
  const deps = {
    db,
    log,
    clock: systemClock,
    dataDir,
    forge: createLocalForge({ dataDir, log }),
  } as unknown as DeliveryDeps
  const { id: ownerId } = await ensureConsoleOwner(db, { platformUserId: 'local', name: 'Ann' })
  const { id: conversationId } = await ensureConversation(db, {
    key: 'console:local',
    platform: 'console',
    kind: 'private',
  })
  /** A run that is over, with uncommitted work in its tree. */
  const endedRun = async (name: string) => {
    await deps.forge.ensureRepository({ name, description: '' })
    const made = await db.transaction((tx) =>
      createProject(tx, { name, title: name, description: '', ownerId, conversationId }, []),
    )
    const project = { ...made, repository: name }
    await db.update(projects).set({ repository: name, status: 'active' }).where(eq(projects.id, made.id))
    const { run } = await db.transaction((tx) =>
      createRun(tx, {
        projectId: made.id,
        conversationId,
        requestedBy: ownerId,
        kind: 'update_project',
        request: '',
        originKey: name,
      }),
    )
    await writeFile(join((await openWorkTree(deps, project, run.id)).dir, 'idea.txt'), 'half a thought')
    await db.transaction((tx) => moveRun(tx, run.id, 'stopped'))
    return run.id
  }
  return {
    deps,
    endedRun,
    taskAt: (originKey: string) =>
      createTask(db, { originKey, workType: 'answer', title: 'Why?', input: {}, timeoutMs: 60_000 }),
    left: async () => (await readdir(join(dataDir, 'work'))).sort(),
    put: (name: string) => mkdir(join(dataDir, 'work', name), { recursive: true }),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}

test('a tree that cannot be cleaned away, because its repository is gone, keeps nothing else from being cleaned', async () => {
  await using site = await openSite()
  const runs = { shop: await site.endedRun('shop'), blog: await site.endedRun('blog') }
  await rm(join(site.deps.dataDir, 'forge', 'shop.git'), { recursive: true })
  // One of them comes before it, and one behind.
  for (const name of ['0000', 'zzzz']) await site.put(name)
  await cleanWork(site.deps)
  expect(await site.left()).toEqual([runs.shop])
})

test('what a task looks at stays while the task is not over, and goes when it is', async () => {
  await using site = await openSite()
  const { task } = await site.taskAt('chat:1')
  await site.put(`answer-${task.id}`)
  await site.put(`recover-${task.id}-abc`)
  await cleanWork(site.deps)
  expect(await site.left()).toEqual([`answer-${task.id}`, `recover-${task.id}-abc`])
  await cancelTask(site.deps.db, task.id)
  await cleanWork(site.deps)
  expect(await site.left()).toEqual([])
})
