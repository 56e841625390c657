import type { WebClient } from '@slack/web-api'
import type { Lang } from '../../db/schema/users.ts'
import { errorText } from '../../errors.ts'
import type { Log } from '../../log.ts'
import { readFormValue } from './buttons.ts'
import { slackCall, slackErrorOf } from './errors.ts'
import { type FormTexts, langOf } from './form-texts.ts'
import { formView } from './modal.ts'
import { formPlaceOf } from './parse-interaction.ts'
import { blockAction } from './payloads.ts'
import { respond } from './respond.ts'

/**
 * The text that the form of an action begins with, for who pressed; undefined when it begins empty. A channel has
 * people who may not see everything.
 */
export type FormInitial = (action: string, platformUserId: string) => Promise<string | undefined>

export interface OpenFormDeps {
  web: WebClient
  log: Log
  formTexts: (lang: Lang) => FormTexts
  formInitial: FormInitial
}

/**
 * Opens the form of a pressed button. The trigger lives three seconds, so it happens at once and only once; when it
 * fails, the person who pressed is told. Never throws for a form that could not be opened.
 */
export const openForm = async (
  body: unknown,
  { web, log, formTexts, formInitial }: OpenFormDeps,
): Promise<void> => {
  const click = blockAction.parse(body)
  const form = readFormValue(click.actions[0]?.value ?? '')
  const lang = langOf(`${form.title}${form.label}`)
  const place = { ...formPlaceOf(click), action: form.action, lang }
  try {
    const view = formView(form, place, formTexts(lang), await formInitial(form.action, click.user.id))
    await slackCall('views.open', () => web.views.open({ trigger_id: click.trigger_id, view }))
  } catch (error) {
    // The click was delivered twice, and its form is already open.
    if (slackErrorOf(error) === 'exchanged_trigger_id') return
    log.warn({ error: errorText(error) }, 'slack.form_not_opened')
    if (place.responseUrl)
      await respond(place.responseUrl, formTexts(lang).failed).catch((failure: unknown) =>
        log.debug({ error: errorText(failure) }, 'slack.respond_failed'),
      )
  }
}
