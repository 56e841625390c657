import { createTexts, LANGS } from '../../src/bots/texts.ts'
import { accountName } from '../../src/cli/local-person.ts'
import type { Lang } from '../../src/db/schema/users.ts'
import { createFakeSlack, PATIENT } from '../fakes/slack.ts'
import { startTelegramFake } from '../fakes/telegram.ts'
import { CLAIM_CODE, startTestApp, type TestApp, type TestAppOptions } from '../support/app.ts'
import { freePort } from '../support/free-port.ts'
import { createScratchFolder } from '../support/scratch.ts'
import { consoleSeat } from './seats/console-seat.ts'
import { type Seat, sees } from './seats/seat.ts'
import { slackSeat } from './seats/slack-seat.ts'
import { telegramSeat } from './seats/telegram-seat.ts'

export type Surface = 'telegram' | 'slack by socket' | 'slack by http' | 'console'

/** The program, a chat platform, and Ann, who owns the installation. */
export interface World extends AsyncDisposable {
  test: TestApp
  ann: Seat
  annsName: string
  /** A text of the bot in Ann's language. */
  t(key: string, args?: Record<string, string | number>): string
}

export interface WorldOptions extends TestAppOptions {
  lang?: Lang
}

/** Opens the program on a fake platform, and lets Ann in as its owner. */
export const openWorld = async (
  surface: Surface,
  { lang = 'en', ...options }: WorldOptions = {},
): Promise<World> => {
  const { ann, annsName, test, close } = await open(surface, lang, options)
  const texts = createTexts()
  // Whoever sits at the machine owns it.
  if (surface !== 'console') {
    ann.command(`/claim ${CLAIM_CODE}`)
    // Slack tells the language of a person only when asked, which is too late for the first answer.
    await sees(ann, ({ text }) =>
      LANGS.some((one) =>
        text.startsWith(texts.t(one, 'claim-welcome', { name: annsName }).split('`')[0] ?? ''),
      ),
    )
  }
  return {
    test,
    ann,
    annsName,
    t: (key, args) => texts.t(lang, key, args),
    [Symbol.asyncDispose]: async () => {
      await test[Symbol.asyncDispose]()
      await close()
    },
  }
}

interface Opened {
  ann: Seat
  annsName: string
  test: TestApp
  close(): Promise<void>
}

const open = (surface: Surface, lang: Lang, options: TestAppOptions): Promise<Opened> => {
  if (surface === 'telegram') return openTelegram(lang, options)
  return surface === 'console' ? openConsole(options) : openSlack(surface, lang, options)
}

const openConsole = async (options: TestAppOptions): Promise<Opened> => {
  const folder = await createScratchFolder()
  const { chat, ...ann } = consoleSeat({ dataDir: folder.path })
  const test = await startTestApp({ ...options, chats: (db) => [chat(db)] })
  return { ann, annsName: accountName(), test, close: async () => folder[Symbol.asyncDispose]() }
}

const openTelegram = async (lang: Lang, { env, ...options }: TestAppOptions): Promise<Opened> => {
  const telegram = await startTelegramFake()
  const test = await startTestApp({
    ...options,
    env: { TELEGRAM_BOT_TOKEN: telegram.token, TELEGRAM_API_ROOT: telegram.root, ...env },
  })
  const ann = telegramSeat(telegram, { id: 7, name: 'Ann', languageCode: lang })
  return { ann, annsName: 'Ann', test, close: telegram.close }
}

const openSlack = async (
  surface: Surface,
  lang: Lang,
  { env, ...options }: TestAppOptions,
): Promise<Opened> => {
  const slack = await createFakeSlack(PATIENT)
  const byHttp = surface === 'slack by http'
  // Slack finds the program at the same address after a restart.
  const port = byHttp ? await freePort() : 0
  const test = await startTestApp({
    ...options,
    env: {
      SLACK_API_URL: slack.apiUrl,
      SLACK_BOT_TOKEN: slack.botToken,
      PORT: String(port),
      ...(byHttp ? { SLACK_SIGNING_SECRET: slack.signingSecret } : { SLACK_APP_TOKEN: slack.appToken }),
      ...env,
    },
  })
  if (byHttp) slack.useHttp(`http://127.0.0.1:${port}/slack/events`)
  const ann = slackSeat(slack, { id: 'UANN', locale: lang === 'ru' ? 'ru-RU' : 'en-US' })
  return { ann, annsName: 'person-uann', test, close: slack.close }
}
