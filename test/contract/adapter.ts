import { afterEach, beforeEach, describe } from 'vitest'
import { describeFiles } from './files.ts'
import { describeIncoming } from './incoming.ts'
import { createMailbox, type Mailbox } from './mailbox.ts'
import { describeOutgoing } from './outgoing.ts'
import { describeTrouble } from './trouble.ts'
import type { AdapterWorld } from './world.ts'

/** The world of the test that runs now. */
export interface Stage {
  readonly world: AdapterWorld
  readonly mailbox: Mailbox
}

/**
 * What every chat adapter promises (B-1…B-5, B-9, B-10), checked over the platform's strict fake. A platform
 * brings a function that makes its `AdapterWorld`; parts that it cannot have are left out of the world.
 *
 * @example describeAdapterContract('Telegram', createTelegramWorld)
 */
export const describeAdapterContract = (name: string, createWorld: () => Promise<AdapterWorld>) => {
  describe(`the ${name} adapter keeps the contract:`, () => {
    let current: Stage | undefined
    const stage = () => {
      if (!current) throw new Error('there is no world outside of a test')
      return current
    }

    beforeEach(async () => {
      current = { world: await createWorld(), mailbox: createMailbox() }
    })
    afterEach(async () => {
      current?.mailbox.release()
      await current?.world.close()
      current = undefined
    })

    describeIncoming(stage)
    describeOutgoing(stage)
    describeFiles(stage)
    describeTrouble(stage)
  })
}
