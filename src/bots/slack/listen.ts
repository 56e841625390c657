import { App, type Receiver } from '@slack/bolt'
import type { WebClient, WebClientOptions } from '@slack/web-api'
import type { Lang } from '../../db/schema/users.ts'
import type { Log } from '../../log.ts'
import type { ConversationKey, Receive } from '../chat.ts'
import { FORM_PREFIX, PRESS_PREFIX } from './buttons.ts'
import type { FormTexts } from './form-texts.ts'
import type { Identity } from './identity.ts'
import { slackLogger } from './log.ts'
import { FORM_CALLBACK, firstFieldOf, readFormPlace } from './modal.ts'
import { type FormInitial, openForm } from './open-form.ts'
import { parseCommand, parsePress, parseSubmission } from './parse-interaction.ts'
import { parseMessage } from './parse-message.ts'
import type { People } from './people.ts'

export interface ListenDeps {
  botToken: string
  receiver: Receiver
  clientOptions: WebClientOptions
  web: WebClient
  log: Log
  identity: () => Promise<Identity>
  people: People
  receive: Receive
  isKnownThread: (key: ConversationKey) => Promise<boolean>
  formTexts: (lang: Lang) => FormTexts
  formInitial: FormInitial
}

/** Bolt, with a listener for everything the manifest subscribes to. Listeners write a row and do nothing else. */
export const listen = (deps: ListenDeps): App => {
  const { identity, people, receive } = deps
  const app = new App({
    receiver: deps.receiver,
    logger: slackLogger(deps.log),
    clientOptions: deps.clientOptions,
    convoStore: false,
    authorize: async () => {
      const { teamId, botId, botUserId } = await identity()
      return { botToken: deps.botToken, teamId, botId, botUserId }
    },
  })
  const known = async () => ({ identity: await identity(), people })
  const heard = async ({ body }: { body: unknown }) => {
    const incoming = await parseMessage(body, { ...(await known()), isKnownThread: deps.isKnownThread })
    if (incoming) await receive(incoming)
  }

  app.event('message', heard)
  app.event('app_mention', heard)
  // Any name: the workspace may run a second prorab as /prorab-test.
  app.command(/.*/, async ({ body, ack }) => {
    await receive(parseCommand(body, await known()))
    await ack()
  })
  app.action(new RegExp(`^${PRESS_PREFIX}`), async ({ body, ack }) => {
    await receive(parsePress(body, await known()))
    await ack()
  })
  app.action(new RegExp(`^${FORM_PREFIX}`), async ({ body, ack }) => {
    await openForm(body, deps)
    await ack()
  })
  app.view(FORM_CALLBACK, async ({ body, ack }) => {
    const form = parseSubmission(body, await known())
    if (form.body.text !== '' || form.body.attachment) {
      await receive(form)
      return ack()
    }
    const { lang } = readFormPlace(body.view.private_metadata)
    await ack({
      response_action: 'errors',
      errors: { [firstFieldOf(body.view)]: deps.formTexts(lang).empty },
    })
  })
  // Whatever went wrong must reach the way in, so that nothing is acknowledged.
  app.error(async (error) => {
    throw error
  })
  return app
}
