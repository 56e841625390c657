import { ne, sql } from 'drizzle-orm'
import type { Executor, Transaction } from '../../db/client.ts'
import { projects } from '../../db/schema/index.ts'
import { say } from '../conversations/outbox.ts'
import { applySeen } from './apply-known.ts'
import { missedProjects } from './known-projects.ts'
import { missingSecretsOf } from './missing-secrets.ts'
import { freeNameAmong, projectNameFor } from './project-name.ts'
import type { ListedRepository } from './source.ts'
import { chatsThatHearOfAll } from './subscribed.ts'
import { type RepositorySync, write } from './sync-deps.ts'

/** So many new ones are each told of with what they lack; more at once, such as a whole organisation, in one line. */
export const TOLD_SINGLY_MAX = 5
const INSERTED_AT_ONCE = 250
/** The database takes longer to add a repository than we to name it: each on a connection, and so a core, of its own. */
const BATCHES_AT_ONCE = 2

/**
 * Repositories that no project belongs to become projects that were found (M-5, M-6). One that took the place of a
 * missing one, by its full name, is that project again: somebody put it back.
 */
export const discover = async (
  sync: RepositorySync,
  unknown: readonly ListedRepository[],
): Promise<{ discovered: number; healed: number }> => {
  if (unknown.length === 0) return { discovered: 0, healed: 0 }
  const replaced = new Map(
    (await missedProjects(sync.db, sync.source.kind))
      .filter(({ status }) => status === 'missing')
      .map((project) => [project.repository, project]),
  )
  const found: ListedRepository[] = []
  for (const repository of unknown) {
    const project = replaced.get(repository.repository)
    if (!project) found.push(repository)
    else await write(sync, (tx) => applySeen(tx, { project, repository, listed: true }, sync.clock.now()))
  }
  const discovered = found.length > TOLD_SINGLY_MAX ? await addMany(sync, found) : await addEach(sync, found)
  return { discovered, healed: unknown.length - found.length }
}

/** What it lacks is read before the row is written, so that nobody is told of half a find. */
const addEach = async (sync: RepositorySync, found: readonly ListedRepository[]): Promise<number> => {
  let discovered = 0
  for (const repository of found) {
    const missingSecrets = await missingSecretsOf(sync, repository)
    await write(sync, async (tx) => {
      const [id] = await insert(tx, sync, [named(await namesInUse(tx), repository, missingSecrets)])
      if (id === undefined) return []
      discovered++
      const chats = await chatsThatHearOfAll(tx)
      for (const conversationId of chats)
        await say(tx, {
          conversationId,
          key: `discovered:${id}:${conversationId}`,
          content: { type: 'view', view: 'discovered', args: { id } },
        })
      return chats
    })
  }
  return discovered
}

/** People are told with the last of them: when something breaks off before, the next sync finds the rest, and tells. */
const addMany = async (sync: RepositorySync, found: readonly ListedRepository[]): Promise<number> => {
  const taken = await namesInUse(sync.db)
  const finds = found.map((one) => named(taken, one, null))
  const last = finds.splice(-INSERTED_AT_ONCE)
  const added: string[] = []
  const add = async (tx: Transaction, batch: readonly Find[]) => {
    added.push(...(await insert(tx, sync, batch)))
    return []
  }
  while (finds.length > 0) {
    const batches = Array.from({ length: BATCHES_AT_ONCE }, () => finds.splice(0, INSERTED_AT_ONCE))
    await Promise.all(batches.map((batch) => batch.length > 0 && write(sync, (tx) => add(tx, batch))))
  }
  await write(sync, async (tx) => {
    await add(tx, last)
    return added.length > 0 ? tellOfMany(tx, sync, added.length, added[0] ?? '') : []
  })
  return added.length
}

const tellOfMany = async (tx: Transaction, { source }: RepositorySync, count: number, id: string) => {
  const chats = await chatsThatHearOfAll(tx)
  for (const conversationId of chats)
    await say(tx, {
      conversationId,
      key: `discovered-many:${id}:${conversationId}`,
      content: { type: 'notice', key: 'discovered-many', args: { count, owner: source.owner } },
    })
  return chats
}

type Find = ListedRepository & { missingSecrets: string[] | null; projectName: string }

const named = (taken: Set<string>, found: ListedRepository, missingSecrets: string[] | null): Find => ({
  ...found,
  missingSecrets,
  projectName: freeNameAmong(taken, projectNameFor(found.name)),
})

/**
 * One statement whatever their number, with everything in one parameter.
 * @returns the ids of those that nobody else had added.
 */
const insert = async (
  tx: Transaction,
  { source, clock }: RepositorySync,
  found: readonly Find[],
): Promise<string[]> => {
  const now = clock.now().toISOString()
  const rows = found.map((one) => ({
    name: one.projectName,
    title: one.name,
    description: one.description,
    repository: one.repository,
    repo_id: one.id,
    url: one.url,
    is_private: one.isPrivate,
    is_archived: one.isArchived,
    missing: one.missingSecrets,
  }))
  const added = await tx.execute<{ project_id: string }>(sql`
    with added as (
      insert into projects (
        name, title, description, status, forge, repository, github_repo_id, repository_url,
        is_private, is_archived_there, missing_secrets, created_at, updated_at
      )
      select name, title, description, 'discovered', ${source.kind}, repository, repo_id, url,
        is_private, is_archived, missing, ${now}::timestamptz, ${now}::timestamptz
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as found (
        name text, title text, description text, repository text, repo_id bigint, url text,
        is_private boolean, is_archived boolean, missing text[]
      )
      on conflict do nothing
      returning id
    )
    insert into project_events (project_id, "to", actor, reason)
    select id, 'discovered', 'system', ${`found in ${source.owner}`} from added
    returning project_id`)
  return added.map((row) => row.project_id)
}

const namesInUse = async (tx: Executor): Promise<Set<string>> => {
  const rows = await tx.select({ name: projects.name }).from(projects).where(ne(projects.status, 'archived'))
  return new Set(rows.map(({ name }) => name))
}
