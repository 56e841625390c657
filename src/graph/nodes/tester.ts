import { isUnderConstruction } from '../../domain/projects/lifecycle.ts'
import { requireProject } from '../../domain/projects/projects.ts'
import { askHuman } from '../human.ts'
import { reportProgress } from '../progress.ts'
import { runTask } from '../run-task.ts'
import type { DeliveryDeps, RunSession } from '../session.ts'
import type { DeliveryState } from '../state.ts'
import { testResult } from '../work/run-tests.ts'

/** How often the tests may send the work back before a person is asked. */
export const MAX_ENGINEERING_ROUNDS = 3

/** Runs the tests itself: what the developer says about them does not count. */
export const tester = (deps: DeliveryDeps) => async (state: DeliveryState, session: RunSession) => {
  const project = await requireProject(deps.db, state.projectId)
  const fresh = isUnderConstruction(project.status)
  const move = (to: ('implemented' | 'verifying' | 'verified')[], reason: string) =>
    fresh ? { project: { id: project.id, to, actor: 'agent:tester', reason } } : {}
  await reportProgress(deps, session, state.runId, {
    step: 'test',
    progress: { state: 'running' },
    ...move(['implemented', 'verifying'], 'every task is done'),
  })
  const tests = testResult.parse(
    await runTask(deps, session, state, { workType: 'run_tests', title: project.title, input: {} }),
  )
  const work = state.engineering ?? { status: 'working' as const, task: 0, round: 0 }
  await reportProgress(deps, session, state.runId, {
    step: 'test',
    progress: { state: tests.ok ? 'done' : 'failed', done: tests.passed, total: tests.passed + tests.failed },
    ...(tests.ok ? move(['verified'], `${tests.passed} tests passed`) : {}),
  })
  return {
    tests,
    engineering: {
      ...work,
      status: tests.ok ? ('done' as const) : ('blocked' as const),
      round: work.round + 1,
    },
  }
}

export const isVerified = (state: DeliveryState): boolean => state.tests?.ok === true

export const isOutOfRounds = (state: DeliveryState): boolean =>
  (state.engineering?.round ?? 0) >= MAX_ENGINEERING_ROUNDS

/** Three rounds did not do it: a person says whether, and how, to go on. */
export const askAboutTests = () => async (state: DeliveryState) => {
  const decision = askHuman({
    v: 1,
    kind: 'retry',
    risk: 'low',
    allow: ['approve', 'change', 'reject'],
    facts: { runId: state.runId, tests: state.tests, rounds: state.engineering?.round ?? 0 },
  })
  const wishes = decision.verb === 'change' && decision.text ? [...state.wishes, decision.text] : state.wishes
  return {
    decision,
    wishes,
    engineering: { status: 'working' as const, task: state.engineering?.task ?? 0, round: 0 },
    problem: decision.verb === 'reject' || decision.verb === 'expire' ? problemOf(state.tests) : undefined,
  }
}

/** Tests that were ended, or were not there, have no number to tell. */
const problemOf = (tests: DeliveryState['tests']): DeliveryState['problem'] =>
  tests && tests.failed > 0
    ? { key: 'run-tests-failed', args: { failed: tests.failed } }
    : { key: 'run-tests-ended', args: { reason: tests?.output.split('\n')[0] ?? '' } }
