import { type BaseCheckpointSaver, Command, type Interrupt, type StateSnapshot } from '@langchain/langgraph'
import { isConnectionLost } from '../db/connection-lost.ts'
import type { Lang } from '../db/schema/users.ts'
import {
  type Approval,
  approvalOfInterrupt,
  markAnswered,
  openApproval,
} from '../domain/approvals/approvals.ts'
import { reviseViews, say } from '../domain/conversations/outbox.ts'
import { currentDeployment } from '../domain/deployments/deployments.ts'
import { moveProject } from '../domain/projects/lifecycle.ts'
import { projectById } from '../domain/projects/projects.ts'
import { isLive, moveRun, type Run, requireRun } from '../domain/runs/runs.ts'
import { newReference } from '../errors.ts'
import { closeRun, failureOf } from './close-run.ts'
import { createDeliveryGraph } from './delivery.ts'
import { answerOf, parseRequest } from './human.ts'
import { prepareAnswer } from './nodes/prepare-answer.ts'
import { turnText } from './nodes/product-owner.ts'
import { personMessage } from './nodes/stopped-turns.ts'
import { createPoGraph } from './po.ts'
import type { DeliveryDeps, DriveSession, PoSession } from './session.ts'
import type { DeliveryState } from './state.ts'

/** A text of a person, under the id of its inbox row: sending it again replaces it instead of repeating it. */
export interface PersonText {
  id: string
  text: string
}

export interface Runner {
  /**
   * Answers the texts of a turn. A turn that was cut off by a crash goes on from its last checkpoint.
   * @returns the answer, in Markdown.
   */
  answer(session: PoSession, texts: PersonText[], resumed: boolean): Promise<string>
  /** Takes a run as far as it goes by itself: to a question, or to its end. The lease of the run is held. */
  drive(runId: string, session: DriveSession, lang: Lang): Promise<void>
}

/** More steps than the longest run has: 24 tasks, three rounds of repairs, a few plan changes. */
const RECURSION_LIMIT = 200

/** The only file that resumes graphs and knows their threads (design rules 3 and 4). */
export const createRunner = (deps: DeliveryDeps, checkpointer: BaseCheckpointSaver): Runner => {
  const po = createPoGraph(deps, checkpointer)
  const delivery = createDeliveryGraph(deps, checkpointer)

  const answer: Runner['answer'] = async (session, texts, resumed) => {
    const thread = `conversation:${session.conversationId}`
    const input = {
      turnId: session.turnId,
      rounds: 0,
      messages: texts.map(({ id, text }) => personMessage({ id, text, turnId: session.turnId })),
    }
    const before = resumed ? await po.getState(configFor(thread, session)) : undefined
    const started = before?.values.turnId === session.turnId
    try {
      if (started && isOver(before)) return turnText(before.values.messages)
      const config = configFor(thread, { ...session, prepared: prepareAnswer(deps, session) })
      return turnText((await po.invoke(started ? null : input, config)).messages)
    } catch (error) {
      const { signal } = session.lease
      throw signal.aborted ? signal.reason : error
    }
  }

  const drive: Runner['drive'] = async (runId, session, lang) => {
    const run = await requireRun(deps.db, runId)
    if (!isLive(run)) return
    try {
      await advance(run, session, lang)
    } catch (error) {
      if (session.lease.signal.aborted) throw session.lease.signal.reason
      // The sweeper brings the run up again, and it goes on from its last checkpoint.
      if (isConnectionLost(error)) throw error
      const end = failureOf(error)
      deps.log.error({ runId, reference: end.reference, err: error }, 'run.failed')
      await closeRun(deps, runId, end, session.lease.assertHeld)
    }
  }

  const advance = async (run: Run, session: DriveSession, lang: Lang): Promise<void> => {
    const config = configFor(`run:${run.id}`, session)
    for (;;) {
      const snapshot = await delivery.getState(config)
      const begun = snapshot.createdAt !== undefined
      const question = snapshot.tasks.flatMap((task) => task.interrupts).at(0)
      await markAnswered(deps.db, run.id, {
        threadId: `run:${run.id}`,
        pending: question?.id,
        now: deps.clock.now(),
      })
      if (begun && !question && isOver(snapshot))
        return finish(run.id, snapshot.values as DeliveryState, session)

      const approval = question ? await ask(run, question, session) : undefined
      if (approval && !approval.decision) return
      if (!begun || run.status !== 'running') await start(run, session)
      if (approval?.decision)
        await delivery.invoke(
          new Command({ resume: { [question?.id ?? '']: answerOf(approval.decision) } }),
          config,
        )
      else await delivery.invoke(begun ? null : initialState(run, lang), config)
      run = await requireRun(deps.db, run.id)
    }
  }

  /** The question of a paused run as a row and a card; both are found again when this is done again. */
  const ask = async (run: Run, question: Interrupt, session: DriveSession): Promise<Approval> => {
    const { db, wake } = deps
    const interruptId = question.id ?? ''
    const known = await approvalOfInterrupt(db, `run:${run.id}`, interruptId)
    if (known) return known
    const { approval, touched } = await db.transaction(async (tx) => {
      await session.lease.assertHeld(tx)
      const { approval } = await openApproval(tx, {
        conversationId: run.conversationId,
        requestedBy: run.requestedBy,
        runId: run.id,
        projectId: run.projectId,
        threadId: `run:${run.id}`,
        interruptId,
        request: parseRequest(question.value),
        now: deps.clock.now(),
      })
      if (!approval.decision) await moveRun(tx, run.id, 'waiting')
      await say(tx, {
        conversationId: run.conversationId,
        key: `approval:${approval.id}`,
        content: { type: 'view', view: 'approval', args: { id: approval.id } },
        readerId: run.requestedBy,
      })
      return { approval, touched: await reviseViews(tx, 'run', { id: run.id }) }
    })
    await Promise.all([run.conversationId, ...touched].map((id) => wake.deliver(id)))
    return approval
  }

  /** A change to a live project puts it into maintenance before anything is planned (M-14). */
  const start = (run: Run, session: DriveSession): Promise<void> =>
    deps.db.transaction(async (tx) => {
      await session.lease.assertHeld(tx)
      await moveRun(tx, run.id, 'running')
      const project = await projectById(tx, run.projectId)
      if (project?.status === 'active' && (await currentDeployment(tx, project.id)))
        await moveProject(tx, {
          projectId: project.id,
          to: 'maintenance',
          actor: `user:${run.requestedBy}`,
          reason: 'a change was asked for',
        })
    })

  const finish = (runId: string, state: DeliveryState, session: DriveSession): Promise<void> => {
    const fence = session.lease.assertHeld
    if (state.outcome === 'succeeded') return closeRun(deps, runId, { status: 'succeeded', state }, fence)
    if (state.problem)
      return closeRun(
        deps,
        runId,
        { status: 'failed', problem: state.problem, reference: newReference() },
        fence,
      )
    return closeRun(deps, runId, { status: 'rejected', expired: state.decision?.verb === 'expire' }, fence)
  }

  return { answer, drive }
}

/**
 * Not told by `next`: it leaves out nodes whose results are written but not yet in a checkpoint, which is what a
 * process that died in between left.
 */
const isOver = (snapshot: StateSnapshot): boolean => snapshot.tasks.length === 0

const initialState = (run: Run, lang: Lang): DeliveryState => ({
  runId: run.id,
  projectId: run.projectId,
  kind: run.kind,
  lang,
  wishes: [run.request],
})

const configFor = (thread: string, session: PoSession | DriveSession) => ({
  configurable: { thread_id: thread, session },
  signal: session.lease.signal,
  durability: 'sync' as const,
  recursionLimit: RECURSION_LIMIT,
})
