import { parseMarkdown, plainText } from '../../src/bots/markdown.ts'
import { createTexts } from '../../src/bots/texts.ts'
import type { Person } from '../fakes/telegram/person.ts'
import {
  type Group,
  startTelegramFake,
  type TelegramFake,
  type TelegramFakeOptions,
} from '../fakes/telegram.ts'
import { CLAIM_CODE, startTestApp, type TestApp, type TestAppOptions } from '../support/app.ts'
import { createHeldModels, type HeldModels } from '../support/held-models.ts'
import { createSkippingClock, type SkippingClock } from '../support/skipping-clock.ts'

/** One program on one database behind one Telegram, for all tests of a file; every test has its own group. */
export interface House extends AsyncDisposable {
  telegram: TelegramFake
  test: TestApp
  models: HeldModels
  clock: SkippingClock
  /** The owner. */
  ann: Person
  /** Somebody new, let in with this role; without one, a stranger. */
  newcomer(name: string, role?: 'admin' | 'operator' | 'member' | 'viewer'): Promise<Person>
  newGroup(): Group
  /** An English text of the bot as people see it. */
  t(key: string, args?: Record<string, string | number>): string
}

export interface HouseOptions extends Omit<TestAppOptions, 'models' | 'clock'> {
  telegram?: TelegramFakeOptions
}

export const openHouse = async ({ telegram: fake, env, ...options }: HouseOptions = {}): Promise<House> => {
  const clock = createSkippingClock()
  const models = createHeldModels()
  const telegram = await startTelegramFake({ now: () => clock.now().getTime(), ...fake })
  const test = await startTestApp({
    ...options,
    clock,
    models,
    env: { TELEGRAM_BOT_TOKEN: telegram.token, TELEGRAM_API_ROOT: telegram.root, ...env },
  })
  const texts = createTexts()
  const t: House['t'] = (key, args) => plainText(parseMarkdown(texts.t('en', key, args)))
  let people = 7
  const person = (name: string) => telegram.person({ id: people++, name, languageCode: 'en' })
  const ann = person('Ann')
  ann.says(`/claim ${CLAIM_CODE}`)
  await telegram.waitForMessage(t('claim-welcome', { name: 'Ann' }), { chat: ann.id })

  return {
    telegram,
    test,
    models,
    clock,
    ann,
    t,
    newGroup: () => telegram.group({ title: 'Team' }),
    newcomer: async (name, role) => {
      const someone = person(name)
      if (!role) return someone
      const asked = ann.says(`/invite ${role}`)
      const invitation = await telegram.waitForMessage(/\/start [\w-]+/, { chat: ann.id, after: asked })
      someone.says(invitation.text.match(/\/start [\w-]+/)?.[0] ?? '')
      await telegram.waitForMessage(t('invite-welcome', { name, role }), { chat: someone.id })
      return someone
    },
    [Symbol.asyncDispose]: async () => {
      for (const role of ['product_owner', 'architect', 'code'] as const) models.release(role)
      await test[Symbol.asyncDispose]()
      await telegram.close()
    },
  }
}
