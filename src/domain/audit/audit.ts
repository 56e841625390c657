import { desc } from 'drizzle-orm'
import type { Executor } from '../../db/client.ts'
import { auditEntries } from '../../db/schema/audit.ts'

export type AuditEntry = typeof auditEntries.$inferSelect

export interface AuditRecord {
  /** Null when prorab did it by itself. */
  userId: string | null
  /** The name as it was then. */
  actor: string
  /** telegram, slack, console, cli, or system. */
  surface: string
  /** What, as noun.verb: `project.delete`, `user.role`. */
  action: string
  /** What it was done to, in words a person knows. */
  subject: string
  /** `ok`, `forbidden`, or another short word. */
  result: string
  /** Never a secret, never a person's text. */
  detail?: Record<string, unknown>
}

const SUBJECT_MAX_LENGTH = 200

/** Writes down who did what, in the transaction that did it. */
export const recordAudit = async (tx: Executor, entry: AuditRecord): Promise<void> => {
  await tx
    .insert(auditEntries)
    .values({ ...entry, subject: entry.subject.slice(0, SUBJECT_MAX_LENGTH), detail: entry.detail ?? {} })
}

export interface AuditPage {
  entries: AuditEntry[]
  /** Counted from 1. */
  page: number
  hasMore: boolean
}

/** What was done, newest first. The caller has checked `audit.read`. */
export const listAudit = async (
  db: Executor,
  { page = 1, pageSize = 15 }: { page?: number; pageSize?: number } = {},
): Promise<AuditPage> => {
  const rows = await db
    .select()
    .from(auditEntries)
    .orderBy(desc(auditEntries.at), desc(auditEntries.id))
    .limit(pageSize + 1)
    .offset((page - 1) * pageSize)
  return { entries: rows.slice(0, pageSize), page, hasMore: rows.length > pageSize }
}
