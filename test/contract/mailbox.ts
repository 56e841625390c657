import type { Incoming, Receive } from '../../src/bots/chat.ts'
import { waitFor } from '../support/wait-for.ts'

export interface Mailbox {
  receive: Receive
  /** Everything that arrived, also what was turned away, in order of arrival. */
  readonly arrived: Incoming[]
  /** The next one that was not looked at yet. */
  next(): Promise<Incoming>
  /** Turns the next deliveries away, as when the database is down. */
  refuse(times: number): void
  /** Lets deliveries wait until `release`. */
  hold(): void
  release(): void
}

/** The receiving end of an adapter, in the place of prorab's ingress. */
export const createMailbox = (): Mailbox => {
  const arrived: Incoming[] = []
  let looked = 0
  let refusals = 0
  let gate = Promise.withResolvers<void>()
  gate.resolve()

  return {
    arrived,
    receive: async (incoming) => {
      arrived.push(incoming)
      if (refusals-- > 0) throw new Error('the row could not be written')
      await gate.promise
    },
    next: async () => {
      const incoming = await waitFor(() => arrived[looked], `delivery ${looked + 1}`)
      looked++
      return incoming
    },
    refuse: (times) => {
      refusals = times
    },
    hold: () => {
      gate = Promise.withResolvers<void>()
    },
    release: () => gate.resolve(),
  }
}
