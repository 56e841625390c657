import type { Operations } from '../bots/commands/context.ts'
import { requestStop, withLease } from '../db/lease.ts'
import { stopTalk } from '../domain/conversations/stop-talk.ts'
import { conversationLease } from '../domain/conversations/turns.ts'
import { projectById } from '../domain/projects/projects.ts'
import { liveRuns, noteStopper, runLease } from '../domain/runs/runs.ts'
import { openTasks } from '../domain/tasks/open-tasks.ts'
import { abandonTask } from '../graph/perform-task.ts'
import { closeStopped, RUN_LEASE, type RunWorkerDeps } from './run.ts'
import { testAgent } from './test-agent.ts'

/** What commands can do beyond the database: services of this machine, and work in hand. */
export const createOperations = (deps: RunWorkerDeps): Operations => {
  const { db, log, clock, wake, deployer, instanceId } = deps
  return {
    logs: (name, lines) => deployer.logs(name, { lines }),
    restart: (name) => deployer.restart(name),
    status: (name) => deployer.status(name),
    testAgent: (agentId, prompt, person) => testAgent(deps, agentId, prompt, person),
    /** The turn that is being answered and every run of this conversation; waiting ones too. */
    stopConversation: async (conversationId, { stopSeq, person }) => {
      const stopped: { kind: 'turn' | 'run'; title: string }[] = []
      if (await stopTalk(db, conversationId, { stopSeq, now: clock.now() })) {
        await requestStop(db, conversationLease(conversationId), person.name)
        // Whoever was answering leaves off, also with what was said after the stop.
        await wake.turn(conversationId)
        stopped.push({ kind: 'turn', title: '' })
      }
      for (const task of await openTasks(db, { conversationId })) {
        await abandonTask(deps, task, person.name)
        stopped.push({ kind: 'turn', title: '' })
      }
      for (const run of await liveRuns(db, { conversationId })) {
        await noteStopper(db, run.id, person.id)
        const asked = await requestStop(db, runLease(run.id), person.name)
        if (!asked)
          await withLease(
            { db, log, clock },
            runLease(run.id),
            { ...RUN_LEASE, holder: instanceId },
            (lease) => closeStopped(deps, run.id, lease.assertHeld),
          )
        stopped.push({ kind: 'run', title: (await projectById(db, run.projectId))?.name ?? '' })
      }
      return { stopped }
    },
  }
}
