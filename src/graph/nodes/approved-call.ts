import { type Clock, SECOND_MS } from '../../clock.ts'
import type { Database } from '../../db/client.ts'
import { type Approval, findApproval, markApplied } from '../../domain/approvals/approvals.ts'
import { toolThread } from '../../domain/approvals/time-waited.ts'
import { AppError } from '../../errors.ts'
import type { CallIds } from '../models/call-model.ts'
import { requireMay } from '../tools/gate.ts'
import { runInTime } from '../tools/in-time.ts'
import type { AgentTool } from '../tools/tool.ts'
import { askAboutTool, fingerprintOfCall, requireApproverMay } from '../tools/tool-question.ts'
import type { AgentDeps } from './agent-step.ts'
import { toldToModel } from './told-to-model.ts'
import type { Caller, CallOutcome } from './tool-call.ts'

const LOOK_AGAIN_MS = SECOND_MS

const WAITS =
  'This waits for approval: a card in the chat asks a person. Nothing was done yet; once they approve, it is done by itself. Do not call it again.'

export const needsApproval = ({ risk, asksItself }: AgentTool): boolean => risk === 'HIGH' && !asksItself

interface Call {
  tool: AgentTool
  args: Record<string, unknown>
  callId: string
}

/**
 * A HIGH-risk call. In a chat the turn goes on, and the call is made when somebody approves it, see
 * `applyToolApproval`. A run waits in place, for as long as the question is open; there the question is named by its
 * content, because after a crash the model makes the call anew under another id.
 */
export const performApproved = async (
  deps: AgentDeps,
  { agent, ids, workKey, asked }: Caller,
  { tool, args, callId }: Call,
  signal: AbortSignal,
): Promise<CallOutcome> => {
  const question = { tool, args, agent, ids }
  if (!ids.runId) {
    await askAboutTool(deps, { ...question, thread: `${toolThread(workKey)}:${callId}`, key: tool.name })
    return { content: WAITS }
  }
  const call = fingerprintOfCall(tool.name, args)
  const number = (asked.get(call) ?? 0) + 1
  asked.set(call, number)
  const thread = toolThread(workKey)
  const key = `${call}:${number}`
  const { id } = await askAboutTool(deps, { ...question, thread, key })
  const approval = await decided(deps, id, signal)
  const outcome = await performDecided(deps, approval, { ...question, key: `${thread}:${key}` }, signal)
  await markApplied(deps.db, id, deps.clock.now())
  return outcome
}

/** A process that dies in here has marked nothing: whoever goes on finds the decision, and calls with the same key. */
const performDecided = async (
  { db, clock }: AgentDeps,
  approval: Approval,
  { tool, args, ids, key }: { tool: AgentTool; args: Record<string, unknown>; ids: CallIds; key: string },
  signal: AbortSignal,
): Promise<CallOutcome> => {
  if (approval.state !== 'approved')
    return { content: `error: ${tool.name} was not approved (${approval.state}). Nothing was done.` }
  try {
    await requireApproverMay(db, approval, tool)
    await requireMay(db, tool, args, ids)
    return { content: await runInTime({ clock, signal }, tool, args, key), args }
  } catch (error) {
    return { content: toldToModel(error) }
  }
}

const decided = async (
  { db, clock }: { db: Database; clock: Clock },
  id: string,
  signal: AbortSignal,
): Promise<Approval> => {
  for (;;) {
    const approval = await findApproval(db, id)
    if (!approval) throw new AppError('not_found', 'the question is gone')
    if (approval.state !== 'open') return approval
    await clock.sleep(LOOK_AGAIN_MS, signal)
  }
}
