import { createHash } from 'node:crypto'
import type { Clock } from '../../clock.ts'
import type { Database } from '../../db/client.ts'
import type { Agent } from '../../domain/agents/agents.ts'
import { type Approval, openApproval } from '../../domain/approvals/approvals.ts'
import { mayDecide } from '../../domain/approvals/may-decide.ts'
import { say } from '../../domain/conversations/outbox.ts'
import { type Project, projectById } from '../../domain/projects/projects.ts'
import { requireRun } from '../../domain/runs/runs.ts'
import { can } from '../../domain/users/permissions.ts'
import { findPerson, type Person } from '../../domain/users/person.ts'
import type { Wake } from '../../domain/wake.ts'
import { AppError } from '../../errors.ts'
import type { CallIds } from '../models/call-model.ts'
import { subjectOf } from './gate.ts'
import type { AgentTool } from './tool.ts'

export interface ToolQuestion {
  tool: AgentTool
  args: Record<string, unknown>
  agent: Agent
  ids: CallIds
  /** Among the questions of a thread only the newest counts. */
  thread: string
  /** The same when it is asked again after a crash. */
  key: string
}

const SHOWN_INPUT_CHARS = 1_500

/** Names what a call does by its content: after a crash a model makes the call anew, under another id. */
export const fingerprintOfCall = (tool: string, args: Record<string, unknown>): string =>
  `${tool}:${createHash('sha256')
    .update(JSON.stringify(sorted(args)))
    .digest('base64url')
    .slice(0, 22)}`

/** A model may write the same arguments in another order. */
const sorted = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, one]) => [key, sorted(one)]),
  )
}

/**
 * Asks a person whether a HIGH-risk tool may do this: a row and its card in the chat. The same question again
 * finds the same row. In a run whose "approve all" was said by somebody who may, it is answered at once.
 */
export const askAboutTool = async (
  { db, clock, wake }: { db: Database; clock: Clock; wake: Wake },
  { tool, args, agent, ids, thread, key }: ToolQuestion,
): Promise<Approval> => {
  const approval = await db.transaction(async (tx) => {
    const run = ids.runId ? await requireRun(tx, ids.runId) : undefined
    const conversationId = run?.conversationId ?? ids.conversationId
    if (!conversationId) throw new AppError('forbidden', `there is nobody to ask about ${tool.name}`)
    const requestedBy = run?.requestedBy ?? ids.userId ?? null
    const project = await subjectOf(tx, tool, args, ids)
    const { approval } = await openApproval(tx, {
      conversationId,
      requestedBy,
      ...(run && { runId: run.id }),
      ...(project && { projectId: project.id }),
      threadId: thread,
      interruptId: key,
      request: {
        v: 1,
        kind: 'tool',
        risk: 'high',
        allow: run ? ['approve', 'approve_all', 'reject'] : ['approve', 'reject'],
        facts: {
          tool: tool.name,
          args,
          input: JSON.stringify(args, null, 2).slice(0, SHOWN_INPUT_CHARS),
          agent: agent.name,
          ...(project && { project: project.name }),
        },
      },
      mayApprove: (giver) => mayApproveTool(giver, tool, { requestedBy, project }),
      now: clock.now(),
    })
    await say(tx, {
      conversationId,
      key: `approval:${approval.id}`,
      content: { type: 'view', view: 'approval', args: { id: approval.id } },
      readerId: requestedBy,
    })
    return approval
  })
  await wake.deliver(approval.conversationId)
  return approval
}

/**
 * Asked again when the approval is acted on: between the click and the deed roles may have changed.
 * @throws AppError forbidden.
 */
export const requireApproverMay = async (
  db: Database,
  approval: Approval,
  tool: AgentTool,
): Promise<void> => {
  const approver = approval.decision?.userId ? await findPerson(db, approval.decision.userId) : undefined
  const project = approval.projectId ? await projectById(db, approval.projectId) : undefined
  if (approver && mayApproveTool(approver, tool, { requestedBy: approval.requestedBy, project })) return
  throw new AppError('forbidden', `who approved ${tool.name} may not do so any more`)
}

/** Who may answer the card and do what the tool does themselves. */
const mayApproveTool = (
  person: Person,
  { permission }: AgentTool,
  { requestedBy, project }: { requestedBy: string | null; project: Project | undefined },
): boolean =>
  mayDecide(person, 'tool', { requestedBy, projectOwnerId: project?.ownerId ?? null }) &&
  (!permission || can(person, permission, project))
