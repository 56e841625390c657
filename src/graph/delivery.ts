import {
  type BaseCheckpointSaver,
  END,
  type LangGraphRunnableConfig,
  START,
  StateGraph,
} from '@langchain/langgraph'
import { approvePlan, architect, presentPlan } from './nodes/architect.ts'
import { askBudget, checkBudget, hasBudgetQuestion, isOverspent, withinBudget } from './nodes/budget.ts'
import { developer, hasTasksLeft } from './nodes/developer.ts'
import { checkHealth, deploy, isWithoutPort, preflight } from './nodes/devops.ts'
import { askAboutTests, isOutOfRounds, isVerified, tester } from './nodes/tester.ts'
import { goesOnByItself, weighThePlan } from './nodes/threshold.ts'
import { allocateResources, proposeResources } from './nodes/zavhoz.ts'
import { route } from './routing.ts'
import type { DeliveryDeps, DriveSession, RunSession } from './session.ts'
import { checked, DeliveryChannels, type DeliveryState, deliveryState } from './state.ts'

/**
 * From a request to a running service (G-7…G-10):
 *
 *   START ⇉ zavhoz, architect ⇉ present_plan → weigh_plan → approve_plan → allocate → developer ⟲ → tester → preflight → deploy → health
 *                    ↑                             └─ within thresholds ──↗            ↑── repair ──────────┤
 *                    └─ revise ←────────────────────────── change ┘                    └── ask_about_tests ─┘
 *
 * A service whose port was taken while it was put there goes back from deploy to preflight, for another port.
 *
 * Every way to the architect and to the developer leads through check_budget ⇄ ask_budget, and back there when a model
 * was refused for lack of budget half way.
 *
 * Whatever leads to END without an `outcome` of success is closed by the runner, with the `problem` as its reason.
 */
export const createDeliveryGraph = (deps: DeliveryDeps, checkpointer: BaseCheckpointSaver) =>
  new StateGraph(DeliveryChannels)
    .addNode('zavhoz', node('zavhoz', proposeResources(deps)))
    .addNode('check_budget', node('check_budget', checkBudget(deps)))
    .addNode('ask_budget', node('ask_budget', askBudget()))
    .addNode('architect', node('architect', withinBudget(architect(deps))))
    .addNode('revise', node('revise', withinBudget(architect(deps))))
    .addNode('present_plan', node('present_plan', presentPlan(deps)))
    .addNode('weigh_plan', node('weigh_plan', weighThePlan(deps)))
    .addNode('approve_plan', node('approve_plan', approvePlan()))
    .addNode('allocate', node('allocate', allocateResources(deps)))
    .addNode('developer', node('developer', withinBudget(developer(deps))))
    .addNode('tester', node('tester', tester(deps)))
    .addNode('ask_about_tests', node('ask_about_tests', askAboutTests()))
    .addNode('preflight', node('preflight', preflight(deps)))
    .addNode('deploy', node('deploy', deploy(deps)))
    .addNode('health', node('health', checkHealth(deps)))
    .addEdge(START, 'check_budget')
    .addConditionalEdges('check_budget', begin, ['ask_budget', 'developer', 'revise', 'zavhoz', 'architect'])
    .addConditionalEdges('ask_budget', unlessProblem('check_budget'))
    .addEdge(['zavhoz', 'architect'], 'present_plan')
    .addEdge('revise', 'present_plan')
    .addConditionalEdges(
      'present_plan',
      route<DeliveryState, 'check_budget' | 'weigh_plan' | typeof END>(
        [
          [isOverspent, 'check_budget'],
          [hasProblem, END],
        ],
        'weigh_plan',
      ),
    )
    .addConditionalEdges(
      'weigh_plan',
      route<DeliveryState, 'allocate' | 'approve_plan'>([[goesOnByItself, 'allocate']], 'approve_plan'),
    )
    .addConditionalEdges(
      'approve_plan',
      route<DeliveryState, 'allocate' | 'check_budget' | typeof END>(
        [
          [(state) => state.decision?.verb === 'approve', 'allocate'],
          [(state) => state.decision?.verb === 'change', 'check_budget'],
        ],
        END,
      ),
    )
    .addConditionalEdges('allocate', build)
    .addConditionalEdges('developer', build)
    .addConditionalEdges(
      'tester',
      route<DeliveryState, 'preflight' | 'check_budget' | 'ask_about_tests'>(
        [
          [isVerified, 'preflight'],
          [isOutOfRounds, 'ask_about_tests'],
        ],
        'check_budget',
      ),
    )
    .addConditionalEdges('ask_about_tests', unlessProblem('check_budget'))
    .addConditionalEdges('preflight', unlessProblem('deploy'))
    .addConditionalEdges(
      'deploy',
      route<DeliveryState, 'health' | 'preflight' | typeof END>(
        [
          [hasProblem, END],
          [isWithoutPort, 'preflight'],
        ],
        'health',
      ),
    )
    .addEdge('health', END)
    .compile({ checkpointer })

/** Whose turn it is where the budget allows it: told by how far the run is. Resources and plan come side by side (G-7). */
const begin = route<DeliveryState, 'ask_budget' | 'developer' | 'revise' | readonly ['zavhoz', 'architect']>(
  [
    [hasBudgetQuestion, 'ask_budget'],
    [(state) => state.engineering !== undefined, 'developer'],
    [(state) => state.resources !== undefined, 'revise'],
  ],
  ['zavhoz', 'architect'],
)

const build = route<DeliveryState, 'check_budget' | 'tester'>(
  [
    [isOverspent, 'check_budget'],
    [hasTasksLeft, 'check_budget'],
  ],
  'tester',
)

const hasProblem = (state: DeliveryState): boolean => state.problem !== undefined

const unlessProblem = <Name extends string>(next: Name) =>
  route<DeliveryState, Name | typeof END>([[hasProblem, END]], next)

const node = (
  name: string,
  work: (state: DeliveryState, session: RunSession) => Promise<Partial<DeliveryState>>,
) => {
  const inner = checked<DeliveryState, RunSession>(deliveryState, name, work)
  return (state: DeliveryState, config: LangGraphRunnableConfig) =>
    inner(state, {
      ...(config.configurable?.session as DriveSession),
      step: Number(config.metadata?.langgraph_step),
    })
}
