import type { CheckTarget } from '../../db/shapes/server.ts'
import { connect } from './connect.ts'
import { endpointOf, type Outcome, type ProbeContext } from './outcome.ts'

/** Whether something listens. @throws Unwell, Refused, or the error of the connection. */
export const probeTcp = async (target: CheckTarget, { guard, signal }: ProbeContext): Promise<Outcome> => {
  const { host, port } = endpointOf(target)
  const { addresses } = await guard.admit(host, port)
  const socket = await connect({ addresses, port, signal })
  socket.destroy()
  return { facts: {} }
}
