import { and, eq, isNull, ne } from 'drizzle-orm'
import { projects } from '../../db/schema/index.ts'
import { reviseViews } from '../conversations/outbox.ts'
import { refOf } from './apply-absent.ts'
import { ENV_EXAMPLE, wantedSecrets } from './env-example.ts'
import type { RepositoryRef } from './source.ts'
import { type RepositorySync, write } from './sync-deps.ts'

const LOOKED_AT_ONCE = 20

/** What its `.env.example` wants; null when that could not be read just now. */
export const missingSecretsOf = async (
  { source, signal, log }: RepositorySync,
  repository: RepositoryRef,
): Promise<string[] | null> => {
  try {
    return wantedSecrets((await source.readFile(repository, ENV_EXAMPLE, signal)) ?? '')
  } catch (error) {
    signal.throwIfAborted()
    log.warn({ repository: repository.repository, err: error }, 'sync.env_example_unread')
    return null
  }
}

/** Looks into adopted projects that nobody looked into yet (M-6). @returns into how many. */
export const lookIntoAdopted = async (sync: RepositorySync): Promise<number> => {
  const adopted = await sync.db
    .select()
    .from(projects)
    .where(
      and(
        eq(projects.forge, sync.source.kind),
        eq(projects.adoption, 'adopted'),
        isNull(projects.missingSecrets),
        ne(projects.status, 'archived'),
        ne(projects.status, 'missing'),
      ),
    )
    .limit(LOOKED_AT_ONCE)
  let looked = 0
  for (const project of adopted) {
    if (await lookInto(sync, project.id, refOf(project))) looked++
  }
  return looked
}

/** Reads what a project wants anew, and shows it where the project is shown. @returns whether it could be read. */
export const lookInto = async (
  sync: RepositorySync,
  projectId: string,
  repository: RepositoryRef,
): Promise<boolean> => {
  const missingSecrets = await missingSecretsOf(sync, repository)
  if (missingSecrets === null) return false
  await write(sync, async (tx) => {
    await tx
      .update(projects)
      .set({ missingSecrets, updatedAt: sync.clock.now() })
      .where(eq(projects.id, projectId))
    return reviseViews(tx, 'discovered', { id: projectId })
  })
  return true
}
