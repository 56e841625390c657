import { and, type SQL, sql } from 'drizzle-orm'
import { outbox } from '../../db/schema/conversations.ts'
import type { ViewName } from '../../db/shapes/outgoing.ts'

/**
 * Messages that show a view; in the words of the index that finds them.
 *
 * @param args the ones that must match; a view with more args matches too, and any where none are named.
 */
export const showing = (view: ViewName, args?: Record<string, string | number>): SQL | undefined =>
  and(
    sql`${outbox.content} ->> 'type' = 'view'`,
    sql`${outbox.content} @> ${JSON.stringify({ type: 'view', view, args })}::jsonb`,
  )
