import {
  type BaseCheckpointSaver,
  END,
  type LangGraphRunnableConfig,
  START,
  StateGraph,
} from '@langchain/langgraph'
import { hasAnswered, productOwner, productOwnerTools, wantsMore } from './nodes/product-owner.ts'
import { route } from './routing.ts'
import type { PoDeps, PoSession } from './session.ts'
import { checked, PoChannels, type PoState, poState } from './state.ts'

/**
 * The conversation's graph: the product owner answers, or works through tools until it can.
 *
 *   START → product_owner ⇄ tools
 *                └→ END        └→ END (it asked the person)
 */
export const createPoGraph = (deps: PoDeps, checkpointer: BaseCheckpointSaver) =>
  new StateGraph(PoChannels)
    .addNode('product_owner', node('product_owner', productOwner(deps)))
    .addNode('tools', node('tools', productOwnerTools(deps)))
    .addEdge(START, 'product_owner')
    .addConditionalEdges('product_owner', route<PoState, 'tools' | typeof END>([[wantsMore, 'tools']], END))
    .addConditionalEdges(
      'tools',
      route<PoState, 'product_owner' | typeof END>([[hasAnswered, END]], 'product_owner'),
    )
    .compile({ checkpointer })

/** The session travels beside the state, in `configurable`, where objects are not checkpointed. */
const node = (name: string, work: (state: PoState, session: PoSession) => Promise<Partial<PoState>>) => {
  const inner = checked<PoState, PoSession>(poState, name, work)
  return (state: PoState, config: LangGraphRunnableConfig) =>
    inner(state, config.configurable?.session as PoSession)
}
