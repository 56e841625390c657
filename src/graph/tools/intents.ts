import { z } from 'zod'
import type { RunKind } from '../../db/shapes/run.ts'
import { type Approval, listOpenApprovals } from '../../domain/approvals/approvals.ts'
import { decideApproval, findDecisionOf } from '../../domain/approvals/decide.ts'
import { reviseViews, say } from '../../domain/conversations/outbox.ts'
import { PROJECT_NAME_MAX } from '../../domain/projects/name.ts'
import { createProject, findProject } from '../../domain/projects/projects.ts'
import { createRun, findRunByOrigin, type Run } from '../../domain/runs/runs.ts'
import { requirePermission } from '../../domain/users/permissions.ts'
import { AppError } from '../../errors.ts'
import type { PoDeps } from '../session.ts'
import type { ChatScope, ToolSession } from './chat-scope.ts'
import { defineTool } from './tool.ts'
import { unknownProject } from './unknown-project.ts'

const INTENT = z.object({
  intent: z
    .enum(['new_project', 'update_project', 'deploy', 'maintenance', 'fix'])
    .describe('maintenance and update_project change a project that exists; deploy ships what is on main.'),
  project: z.string().max(PROJECT_NAME_MAX).describe('Short name: lower-case letters, digits and dashes.'),
  title: z.string().min(1).max(120).describe('A human name.'),
  request: z.string().min(1).max(20_000).describe("Everything the person wants, in the person's words."),
})

const CHANGE = z.object({ project: z.string(), change: z.string().min(1).max(20_000) })

/** Starting work, and changing what is planned, as a person asked for it (G-4, G-6). */
export const INTENT_TOOLS = [
  defineTool({
    name: 'create_project_intent',
    description:
      'Starts the work a person asked for. Nothing is built before a person approves the plan that follows.',
    schema: INTENT,
    risk: 'LOW',
    permission: 'project.create',
    exclusive: true,
    run: async ({ intent, project: name, title, request }, { deps, session }: ChatScope, { key }) => {
      const known = await findRunByOrigin(deps.db, key)
      const run = known ?? (await startRun(deps, session, { intent, name, title, request, originKey: key }))
      await Promise.all([deps.wake.run(run.id), deps.wake.deliver(run.conversationId)])
      return `Started. A plan for ${name} will follow as a card to approve; you need not describe it.`
    },
  }),

  defineTool({
    name: 'revise_plan',
    description:
      'Sends the plan that waits for approval back to the architect with what the person wants changed.',
    schema: CHANGE,
    risk: 'LOW',
    permission: 'project.create',
    exclusive: true,
    run: async ({ project, change }, { deps, session }: ChatScope, { key }) => {
      const known = await findDecisionOf(deps.db, key)
      const approval = known ?? (await revisePlan(deps, session, { name: project, change, originKey: key }))
      await Promise.all([deps.wake.approval(approval.id), deps.wake.deliver(approval.conversationId)])
      return 'The architect is changing the plan; a new card will replace the old one.'
    },
  }),
]

interface StartInput {
  intent: 'new_project' | 'update_project' | 'deploy' | 'maintenance' | 'fix'
  name: string
  title: string
  request: string
  originKey: string
}

/** The run, and for a new project the project, with the message that will show its progress: one transaction. */
const startRun = ({ db, starterPack }: PoDeps, session: ToolSession, input: StartInput): Promise<Run> =>
  db.transaction(async (tx) => {
    await session.lease.assertWanted(tx)
    const project =
      input.intent === 'new_project'
        ? await createProject(
            tx,
            {
              name: input.name,
              title: input.title,
              description: input.request.slice(0, 500),
              ownerId: session.person.id,
              conversationId: session.conversationId,
            },
            starterPack,
          )
        : await findProject(tx, input.name)
    if (!project) throw unknownProject(input.name)
    if (input.intent !== 'new_project') requirePermission(session.person, 'project.change', project)
    const { run } = await createRun(tx, {
      projectId: project.id,
      conversationId: session.conversationId,
      requestedBy: session.person.id,
      kind: kindOf(input.intent),
      request: input.request,
      originKey: input.originKey,
    })
    await say(tx, {
      conversationId: session.conversationId,
      key: `run:${run.id}:progress`,
      content: { type: 'view', view: 'run', args: { id: run.id } },
      readerId: session.person.id,
    })
    return run
  })

/** The decision and what its card shows: one transaction. */
const revisePlan = (
  { db, clock }: PoDeps,
  { person, platform, lease }: ToolSession,
  { name, change, originKey }: { name: string; change: string; originKey: string },
): Promise<Approval> =>
  db.transaction(async (tx) => {
    await lease.assertWanted(tx)
    const project = await findProject(tx, name)
    if (!project) throw unknownProject(name)
    const open = (await listOpenApprovals(tx)).find(
      (one) => one.projectId === project.id && one.request.allow.includes('change'),
    )
    if (!open) throw new AppError('conflict', `no plan of ${name} waits for approval`)
    const result = await decideApproval(tx, {
      id: open.id,
      verb: 'change',
      text: change,
      person,
      surface: platform,
      originKey,
      now: clock.now(),
    })
    if (result.outcome !== 'decided')
      throw new AppError('conflict', `the plan cannot be changed: ${result.outcome}`)
    await reviseViews(tx, 'approval', { id: open.id })
    return result.approval
  })

const kindOf = (intent: StartInput['intent']): RunKind =>
  intent === 'maintenance' ? 'update_project' : intent
