import { and, eq, isNull, ne, or, sql } from 'drizzle-orm'
import type { Executor } from '../../db/client.ts'
import { projects } from '../../db/schema/index.ts'
import type { Project } from '../projects/projects.ts'

export interface FoundPage {
  projects: Project[]
  page: number
  hasMore: boolean
}

/** Projects that were found and not adopted: the undecided first, then those to be left alone; the newest first. */
export const listFound = async (
  db: Executor,
  { page, pageSize }: { page: number; pageSize: number },
): Promise<FoundPage> => {
  const rows = await db
    .select()
    .from(projects)
    .where(
      and(
        ne(projects.status, 'archived'),
        or(
          eq(projects.adoption, 'ignored'),
          and(eq(projects.status, 'discovered'), isNull(projects.adoption)),
        ),
      ),
    )
    .orderBy(sql`${projects.adoption} is not null, ${projects.createdAt} desc, ${projects.id}`)
    .limit(pageSize + 1)
    .offset((page - 1) * pageSize)
  return { projects: rows.slice(0, pageSize), page, hasMore: rows.length > pageSize }
}
