import type { App, Receiver } from '@slack/bolt'
import { AppError } from '../../errors.ts'

/**
 * Lets Bolt handle one envelope. Resolves with what the acknowledgement is to say, when every listener is done;
 * rejects when one of them failed, and then nothing may be acknowledged.
 */
export type Dispatch = (body: Record<string, unknown>) => Promise<unknown>

/**
 * The seam between Bolt and the two ways in. Bolt acknowledges an event before its listeners run, so a crash in
 * between would lose it. Here its acknowledgement is only noted, and given after the row is written (rule 1).
 */
export const createReceiver = () => {
  let app: App | undefined
  const receiver: Receiver = {
    init: (bolt) => {
      app = bolt
    },
    // Bolt is not what starts and stops the ways in: the adapter does.
    start: async () => {},
    stop: async () => {},
  }
  const dispatch: Dispatch = async (body) => {
    if (!app) throw new AppError('internal', 'Bolt was not made yet')
    let answer: unknown
    await app.processEvent({
      body,
      ack: async (response) => {
        answer = response
      },
    })
    return answer
  }
  return { receiver, dispatch: inOrder(dispatch) }
}

/** Two messages of one channel are written in the order they came in, however fast they follow each other. */
const inOrder = (dispatch: Dispatch): Dispatch => {
  const last = new Map<string, Promise<unknown>>()
  return async (body) => {
    const channel = channelOf(body)
    if (!channel) return dispatch(body)
    const previous = last.get(channel)
    const work = (previous ?? Promise.resolve()).then(() => dispatch(body))
    const settled = work.catch(() => {})
    last.set(channel, settled)
    try {
      return await work
    } finally {
      if (last.get(channel) === settled) last.delete(channel)
    }
  }
}

const channelOf = ({ event }: Record<string, unknown>): string | undefined =>
  typeof event === 'object' && event !== null && 'channel' in event && typeof event.channel === 'string'
    ? event.channel
    : undefined
