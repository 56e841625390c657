import { beforeAll, describe, expect, test, vi } from 'vitest'
import { type Conversation, type Durations, holdConversation } from '../support/chaos/conversation.ts'
import { findDamage, type Repository, repositoryOf } from '../support/chaos/damage.ts'
import { nameOf, type Phase, planScenarios, type Scenario } from '../support/chaos/scenario.ts'

const SEED = Number(process.env.PRORAB_CHAOS_SEED ?? 1)
const ALL = process.env.PRORAB_CHAOS === 'all'
/** A machine of two cores does two conversations in little more than the time of one. */
const AT_ONCE = 2
const SHOWN_LOG_CHARS = 8_000
const NOTHING: Durations = { starting: 0, talking: 0, building: 0, ending: 0 }

vi.setConfig({ maxConcurrency: AT_ONCE })

describe.concurrent(`the program is killed in the middle of the conversation, seed ${SEED}`, () => {
  let undisturbedMs = NOTHING
  let repository: Repository = { tree: '', subjects: [] }

  /** Two at once, as later: it tells how long they take then, and that they come out the same. */
  beforeAll(async () => {
    await using held = new AsyncDisposableStack()
    const hold = async () => held.use(await holdConversation({ kills: [], undisturbedMs: NOTHING }))
    const ended = await Promise.allSettled(Array.from({ length: AT_ONCE }, hold))
    // Whichever failed, the other is not left running.
    const both = ended.map((one) => {
      if (one.status === 'rejected') throw one.reason
      return one.value
    })
    repository = await repositoryOf(both[0] as Conversation)
    undisturbedMs = meanOf(both.map(({ tookMs }) => tookMs))
    for (const conversation of both) expect(await findDamage(conversation, repository)).toEqual([])
  }, 1_200_000)

  const survive = async ({ kills }: Scenario) => {
    try {
      await using conversation = await holdConversation({ kills, undisturbedMs })
      const damage = await findDamage(conversation, repository)
      const log = damage.length > 0 ? conversation.installation.log.slice(-SHOWN_LOG_CHARS) : ''
      expect(damage, log).toEqual([])
      const shown = conversation.messages().map(({ text }) => text)
      expect(await conversation.installation.stop(), 'a restarted program ends in order').toBe(0)
      expect(
        conversation.messages().map(({ text }) => text),
        'nothing is said afterwards',
      ).toEqual(shown)
    } catch (error) {
      throw new Error(`To see it again: PRORAB_CHAOS_SEED=${SEED} npm run test:chaos`, { cause: error })
    }
  }

  for (const scenario of planScenarios(SEED, ALL ? 60 : 12))
    test(`${nameOf(scenario)}: all ends as if nothing had happened`, () => survive(scenario))
})

const meanOf = (all: Durations[]): Durations => {
  const mean = (phase: Phase) => all.reduce((sum, one) => sum + one[phase], 0) / all.length
  return {
    starting: mean('starting'),
    talking: mean('talking'),
    building: mean('building'),
    ending: mean('ending'),
  }
}
