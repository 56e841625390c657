import { createTelegramAdapter, type TelegramAdapter } from '../../../src/bots/telegram/index.ts'
import type { Clock } from '../../../src/clock.ts'
import { createLog } from '../../../src/log.ts'
import { startTelegramFake, type TelegramFake, type TelegramFakeOptions } from '../../fakes/telegram.ts'
import { hastyClock } from '../../support/hasty-clock.ts'

export interface TelegramWorld extends AsyncDisposable {
  telegram: TelegramFake
  adapter: TelegramAdapter
  logged(): string
}

export const MENU = [
  { command: 'help', description: 'What I can do' },
  { command: 'projects', description: 'All projects' },
]

/** An adapter that was not started, and its Telegram. */
export const createTelegramTestWorld = async (
  options: {
    fake?: TelegramFakeOptions
    clock?: Clock
    webhook?: { url: string; secret: string }
    token?: string
  } = {},
): Promise<TelegramWorld> => {
  const telegram = await startTelegramFake(options.fake)
  const lines: string[] = []
  const adapter = createTelegramAdapter({
    token: options.token ?? telegram.token,
    apiRoot: telegram.root,
    webhook: options.webhook,
    clock: options.clock ?? hastyClock,
    log: createLog({ level: 'trace', to: { write: (line) => void lines.push(line) } }),
    menu: (lang, audience) => [
      ...MENU.map(({ command, description }) => ({ command, description: `${description} (${lang})` })),
      ...(audience === 'admin' ? [{ command: 'users', description: `People (${lang})` }] : []),
    ],
  })
  return {
    telegram,
    adapter,
    logged: () => lines.join(''),
    [Symbol.asyncDispose]: async () => {
      telegram.faults.heal()
      await adapter.stop()
      await telegram.close()
    },
  }
}
