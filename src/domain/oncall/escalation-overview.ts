import { eq, inArray, isNull, or } from 'drizzle-orm'
import type { Executor } from '../../db/client.ts'
import { conversations, escalationChains } from '../../db/schema/index.ts'
import type { EscalationStep } from '../../db/shapes/incident.ts'
import { chainFor } from '../incidents/chains.ts'
import { userNames } from '../users/reader.ts'

export type ShownStep =
  | Exclude<EscalationStep, { kind: 'person' } | { kind: 'chat' }>
  | { kind: 'person'; name: string }
  | { kind: 'chat'; platform: string }

export interface EscalationOverview {
  steps: ShownStep[]
  /** Whose chain it is: the project's own, the one for all, or what counts where nobody set one. */
  set: 'project' | 'all' | 'default'
}

/** Who is asked in which order, with names. */
export const escalationOverview = async (
  db: Executor,
  projectId: string | null,
): Promise<EscalationOverview> => {
  const steps = await chainFor(db, projectId)
  const names = await userNames(
    db,
    steps.map((step) => (step.kind === 'person' ? step.userId : null)),
  )
  const platforms = await platformsOf(
    db,
    steps.flatMap((step) => (step.kind === 'chat' ? [step.conversationId] : [])),
  )
  return {
    steps: steps.map((step): ShownStep => {
      if (step.kind === 'person') return { kind: 'person', name: names.get(step.userId) ?? '?' }
      if (step.kind === 'chat') return { kind: 'chat', platform: platforms.get(step.conversationId) ?? '?' }
      return step
    }),
    set: await whoseChain(db, projectId),
  }
}

const whoseChain = async (db: Executor, projectId: string | null): Promise<EscalationOverview['set']> => {
  const rows = await db
    .select({ projectId: escalationChains.projectId })
    .from(escalationChains)
    .where(
      or(
        isNull(escalationChains.projectId),
        projectId ? eq(escalationChains.projectId, projectId) : undefined,
      ),
    )
  if (rows.some((row) => row.projectId !== null)) return 'project'
  return rows.length > 0 ? 'all' : 'default'
}

const platformsOf = async (db: Executor, ids: readonly string[]): Promise<Map<string, string>> => {
  if (ids.length === 0) return new Map()
  const rows = await db
    .select({ id: conversations.id, platform: conversations.platform })
    .from(conversations)
    .where(inArray(conversations.id, [...ids]))
  return new Map(rows.map(({ id, platform }) => [id, platform]))
}
