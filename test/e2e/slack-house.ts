import { parseMarkdown, plainText } from '../../src/bots/markdown.ts'
import { createTexts } from '../../src/bots/texts.ts'
import { createFakeSlack, type FakeSlack, PATIENT, type SeenMessage } from '../fakes/slack.ts'
import { CLAIM_CODE, startTestApp, type TestApp, type TestAppOptions } from '../support/app.ts'
import { createHeldModels, type HeldModels } from '../support/held-models.ts'
import { waitFor } from '../support/wait-for.ts'

export type SlackPerson = ReturnType<FakeSlack['person']>

/** One program on one database behind one Slack, in Socket Mode; every test has its own channel. */
export interface SlackHouse extends AsyncDisposable {
  slack: FakeSlack
  test: TestApp
  models: HeldModels
  /** The owner, called person-uann. */
  ann: SlackPerson
  newcomer(id: string, role?: 'admin' | 'member' | 'viewer'): Promise<SlackPerson>
  /** An English text of the bot as people see it, with commands as Slack takes them. */
  t(key: string, args?: Record<string, string | number>): string
  /** The newest message there that matches, now or later. */
  sees(match: string | RegExp | ((message: SeenMessage) => boolean), channel: string): Promise<SeenMessage>
}

const CODE = /start \w+(-\w+)+/

export const openSlackHouse = async (options: Omit<TestAppOptions, 'models'> = {}): Promise<SlackHouse> => {
  const models = createHeldModels()
  const slack = await createFakeSlack(PATIENT)
  const test = await startTestApp({
    ...options,
    models,
    env: {
      SLACK_API_URL: slack.apiUrl,
      SLACK_BOT_TOKEN: slack.botToken,
      SLACK_APP_TOKEN: slack.appToken,
      ...options.env,
    },
  })
  const texts = createTexts()
  const t: SlackHouse['t'] = (key, args) =>
    plainText(parseMarkdown(texts.t('en', key, args))).replace(/(^|\s)\/(?=[a-z])/g, '$1/prorab ')
  const sees: SlackHouse['sees'] = (match, channel) =>
    waitFor(() => {
      const found = slack.messages(channel).findLast((message) => {
        if (typeof match === 'function') return match(message)
        return typeof match === 'string' ? message.text.includes(match) : match.test(message.text)
      })
      if (!found)
        throw new Error(
          `There was:\n${slack
            .messages(channel)
            .map(({ text }) => text)
            .join('\n---\n')}`,
        )
      return found
    }, `a message with ${match}`)

  const ann = slack.person('UANN')
  ann.runs(`/prorab claim ${CLAIM_CODE}`)
  await sees(/you are the owner now/, ann.direct())

  return {
    slack,
    test,
    models,
    ann,
    t,
    sees,
    newcomer: async (id, role) => {
      const someone = slack.person(id)
      if (!role) return someone
      const before = new Set(slack.messages(ann.direct()).map(({ ref }) => ref))
      ann.runs(`/prorab invite ${role}`)
      const invitation = await sees(
        ({ ref, text }) => !before.has(ref) && text.includes(t(`role-${role}`)) && CODE.test(text),
        ann.direct(),
      )
      someone.runs(`/prorab ${invitation.text.match(CODE)?.[0]}`)
      await sees(/Your role:/, someone.direct())
      return someone
    },
    [Symbol.asyncDispose]: async () => {
      for (const role of ['product_owner', 'architect', 'code'] as const) models.release(role)
      await test[Symbol.asyncDispose]()
      await slack.close()
    },
  }
}
