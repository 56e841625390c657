import { Send } from '@langchain/langgraph'

/** Where a way leads: to a node, or to several side by side. */
type Routed<To> = To extends string ? To : Send[]

/**
 * Builds a routing function from a list of (condition → node) in the order they are asked; the first that holds
 * wins (G-3). The names are part of the type, so a graph cannot route to a node it does not have. A list of names is
 * a way to all of them at once.
 */
export const route =
  <State, To extends string | readonly string[]>(
    routes: readonly (readonly [when: (state: State) => boolean, to: To])[],
    otherwise: To,
  ) =>
  (state: State): Routed<To> => {
    const to = routes.find(([when]) => when(state))?.[1] ?? otherwise
    return (typeof to === 'string' ? to : to.map((name) => new Send(name, state))) as Routed<To>
  }
