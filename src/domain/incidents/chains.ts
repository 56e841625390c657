import { and, asc, eq, inArray, isNull, or, sql } from 'drizzle-orm'
import type { Executor, Transaction } from '../../db/client.ts'
import { conversations, escalationChains, users } from '../../db/schema/index.ts'
import type { EscalationStep } from '../../db/shapes/incident.ts'
import { AppError } from '../../errors.ts'
import { recordAudit } from '../audit/audit.ts'
import { requireProject } from '../projects/projects.ts'
import { requirePermission, rolesThatMay } from '../users/permissions.ts'
import type { Person } from '../users/person.ts'
import { chainProblem } from './chain-rules.ts'

/**
 * Who is asked in which order when something of this project is critical: the project's chain, else the one for all,
 * else whoever is on call, twice, and then all admins.
 */
export const chainFor = async (db: Executor, projectId: string | null): Promise<EscalationStep[]> => {
  const chains = await db
    .select({ projectId: escalationChains.projectId, steps: escalationChains.steps })
    .from(escalationChains)
    .where(
      or(
        isNull(escalationChains.projectId),
        projectId ? eq(escalationChains.projectId, projectId) : undefined,
      ),
    )
  const chosen = chains.find((chain) => chain.projectId !== null) ?? chains[0]
  return chosen?.steps ?? defaultChain(await adminIds(db))
}

/** For installations in which nobody set a chain. The admins of the day are named, as in any other frozen chain. */
export const defaultChain = (admins: readonly string[]): EscalationStep[] => [
  { kind: 'on_call' },
  { kind: 'wait', minutes: 5 },
  { kind: 'on_call' },
  { kind: 'wait', minutes: 10 },
  ...admins.map((userId): EscalationStep => ({ kind: 'person', userId })),
  { kind: 'wait', minutes: 15 },
  { kind: 'repeat', times: 2 },
]

/**
 * The last resort: everybody who may decide about on-call. Whoever could sit down at the machine itself is an owner
 * (B-3); while they never did, there is nobody to call.
 */
export const adminIds = async (db: Executor): Promise<string[]> => {
  const rows = await db
    .select({ id: users.id })
    .from(users)
    .where(
      and(
        inArray(users.role, rolesThatMay('oncall.manage')),
        isNull(users.disabledAt),
        sql`(
          select bool_and(i.platform = 'console' and not exists (
            select from inbox b where b.platform = i.platform and b.platform_user_id = i.platform_user_id))
          from identities i where i.user_id = ${users.id}
        ) is not true`,
      ),
    )
    .orderBy(asc(users.createdAt), asc(users.id))
  return rows.map(({ id }) => id)
}

/**
 * Sets who is asked when nobody answers, for one project or for all; no steps at all take the chain away. What is
 * under way goes on along the chain that it began with (M-12).
 *
 * @throws AppError forbidden; invalid for a chain that `chainProblem` objects to; not_found for an unknown project,
 * person or chat.
 */
export const setChain = async (
  tx: Transaction,
  { projectId, steps }: { projectId?: string | undefined; steps: readonly EscalationStep[] },
  { person, surface }: { person: Person; surface: string },
): Promise<void> => {
  requirePermission(person, 'oncall.manage')
  const project = projectId ? await requireProject(tx, projectId) : undefined
  if (steps.length === 0)
    await tx
      .delete(escalationChains)
      .where(projectId ? eq(escalationChains.projectId, projectId) : isNull(escalationChains.projectId))
  else {
    const problem = chainProblem(steps)
    if (problem) throw new AppError('invalid', `an escalation chain cannot be like this: ${problem}`)
    await assertReachable(tx, steps)
    await tx.execute(sql`
      insert into escalation_chains (project_id, steps, updated_by)
      values (${projectId ?? null}, ${JSON.stringify(steps)}::jsonb, ${person.id})
      on conflict (coalesce(project_id, '00000000-0000-0000-0000-000000000000'::uuid))
      do update set steps = excluded.steps, updated_by = excluded.updated_by, updated_at = now()`)
  }
  await recordAudit(tx, {
    userId: person.id,
    actor: person.name,
    surface,
    action: 'escalation.set',
    subject: project ? `project:${project.name}` : 'installation',
    result: 'ok',
    detail: { steps: steps.map(({ kind }) => kind) },
  })
}

const assertReachable = async (tx: Transaction, steps: readonly EscalationStep[]) => {
  const people = [...new Set(steps.flatMap((step) => (step.kind === 'person' ? [step.userId] : [])))]
  const chats = [...new Set(steps.flatMap((step) => (step.kind === 'chat' ? [step.conversationId] : [])))]
  const [known] = await tx
    .select({
      people: sql<number>`(select count(*) from ${users} where ${and(inArray(users.id, people), isNull(users.disabledAt))})::int`,
      chats: sql<number>`(select count(*) from ${conversations} where ${inArray(conversations.id, chats)})::int`,
    })
    .from(sql`(select 1) as one`)
  if (known?.people !== people.length) throw new AppError('not_found', 'a person in the chain has no access')
  if (known.chats !== chats.length) throw new AppError('not_found', 'a chat in the chain is unknown')
}
