import { and, eq, gt, like, sql } from 'drizzle-orm'
import type { Database } from '../../db/client.ts'
import { httpCache } from '../../db/schema/sync.ts'
import type { ListedRepository, ListingMemory, RepositorySource } from './source.ts'

export interface KeptListing extends ListingMemory {
  /** The marks of the last listing that the projects were brought in line with, unless that was long ago. */
  applied(since: Date): Promise<readonly (string | undefined)[]>
  rememberApplied(marks: readonly (string | undefined)[], now: Date): Promise<void>
}

const PAGE_DIGITS = 6

/** Keeps the pages of a listing in the database, for all processes and across restarts. */
export const createListingMemory = (
  db: Database,
  { kind, owner }: Pick<RepositorySource, 'kind' | 'owner'>,
): KeptListing => {
  const prefix = `${kind}:${owner}:page:`
  const keyOf = (page: number) => `${prefix}${String(page).padStart(PAGE_DIGITS, '0')}`
  const isPage = like(httpCache.key, `${prefix.replaceAll(/[\\%_]/g, '\\$&')}%`)
  const appliedKey = `${kind}:${owner}:applied`
  const put = async (key: string, etag: string, body: unknown, updatedAt?: Date) => {
    await db
      .insert(httpCache)
      .values({ key, etag, body, ...(updatedAt && { updatedAt }) })
      .onConflictDoUpdate({ target: httpCache.key, set: { etag, body, updatedAt: updatedAt ?? sql`now()` } })
  }
  return {
    etags: async () => {
      const rows = await db.select({ key: httpCache.key, etag: httpCache.etag }).from(httpCache).where(isPage)
      return new Map(rows.map(({ key, etag }) => [Number(key.slice(prefix.length)), etag]))
    },
    read: async (page) => {
      const [row] = await db
        .select({ body: httpCache.body })
        .from(httpCache)
        .where(eq(httpCache.key, keyOf(page)))
      if (!row) throw new Error(`page ${page} of ${prefix} is not kept`)
      // Written by `write` below and nobody else.
      return row.body as ListedRepository[]
    },
    ids: async () => {
      const rows = await db.execute<{ id: string }>(
        sql`select listed ->> 'id' as id from ${httpCache}, jsonb_array_elements(${httpCache.body}) as listed
          where ${isPage}`,
      )
      return rows.map(({ id }) => id)
    },
    write: async (pages) => {
      if (pages.length === 0) return
      const rows = pages.map(({ page, etag, repositories }) => ({
        key: keyOf(page),
        etag,
        body: repositories,
      }))
      // Everything in one parameter: a statement that does not depend on how many there are.
      await db.execute(sql`
        insert into http_cache (key, etag, body, updated_at)
        select key, etag, body, now()
        from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as page (key text, etag text, body jsonb)
        on conflict (key) do update set etag = excluded.etag, body = excluded.body, updated_at = now()`)
    },
    forgetAfter: async (page) => {
      await db.delete(httpCache).where(and(gt(httpCache.key, keyOf(page)), isPage))
    },
    applied: async (since) => {
      const [row] = await db
        .select({ marks: httpCache.body })
        .from(httpCache)
        .where(and(eq(httpCache.key, appliedKey), gt(httpCache.updatedAt, since)))
      return (row?.marks ?? []) as (string | undefined)[]
    },
    rememberApplied: (marks, now) => put(appliedKey, '', marks, now),
  }
}
