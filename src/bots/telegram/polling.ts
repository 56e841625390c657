import { GrammyError } from 'grammy'
import { type Clock, SECOND_MS } from '../../clock.ts'
import { AppError, errorText } from '../../errors.ts'
import type { Log } from '../../log.ts'
import type { TelegramApi } from './api.ts'
import { backOff } from './back-off.ts'
import { telegramError } from './errors.ts'
import { ALLOWED_UPDATES } from './update.ts'

/** How long Telegram may keep a poll open when there is nothing to say. */
const POLL_S = 25
/**
 * A poll that has not come back by then never will: the connection died without a word, as they do behind NAT and
 * after a laptop slept. Without this, a bot is silent for hours and looks well.
 */
const WATCHDOG_MS = (POLL_S + 10) * SECOND_MS

/** A program that stops does not wait long for its goodbye to arrive. */
const LAST_WORD_MS = 2 * SECOND_MS

export interface PollingDeps {
  api: TelegramApi
  clock: Clock
  log: Log
  /** Resolves when all rows are written. */
  takeAll(updates: unknown[]): Promise<void>
}

/**
 * Long polling that confirms an update only when its row is written: the next poll's offset confirms, so it moves
 * after `takeAll` resolved. (grammY's `bot.start()` confirms a batch whatever its handlers did with it, hands
 * updates over one by one, and waits as long as the connection pretends to live.) What was not confirmed is
 * delivered again; the inbox knows it by its event id.
 *
 * Goes on through network loss, 5xx, 429 and another poller on the same token until the signal is aborted.
 */
export const pollUpdates = async (deps: PollingDeps, signal: AbortSignal): Promise<void> => {
  const { api, log, takeAll } = deps
  const trouble = backOff(deps)
  let offset = 0
  let confirmed = 0

  while (!signal.aborted) {
    try {
      confirmed = offset
      const updates = await watchedPoll(deps, offset, signal)
      const last = updates.at(-1)
      if (last) {
        await takeAll(updates).catch((error: unknown) => {
          throw new NotStored(errorText(error))
        })
        offset = last.update_id + 1
      }
      trouble.over()
    } catch (error) {
      if (signal.aborted) break
      await trouble.wait(
        nameOf(error),
        error instanceof NotStored ? error : telegramError(error, api.botId),
        signal,
      )
    }
  }

  // Best effort: otherwise the last batch is delivered again after a restart, and recognised then.
  if (offset > confirmed)
    await api.calls
      .getUpdates({ offset, limit: 1, timeout: 0 }, AbortSignal.timeout(LAST_WORD_MS) as never)
      .catch(() => log.debug('telegram-last-batch-not-confirmed'))
}

const watchedPoll = async ({ api, clock }: PollingDeps, offset: number, signal: AbortSignal) => {
  const done = new AbortController()
  const either = AbortSignal.any([signal, done.signal])
  const poll = api.polls.getUpdates(
    { offset, limit: 100, timeout: POLL_S, allowed_updates: [...ALLOWED_UPDATES] },
    // grammY's types want the signal of an old polyfill; it takes any.
    either as never,
  )
  const watchdog = clock.sleep(WATCHDOG_MS, either).then(() => {
    throw new AppError(
      'platform_unavailable',
      `Telegram did not answer a poll in ${WATCHDOG_MS / SECOND_MS} s`,
    )
  })
  try {
    return await Promise.race([poll, watchdog])
  } finally {
    done.abort()
    poll.catch(() => {})
    watchdog.catch(() => {})
  }
}

class NotStored extends Error {}

/** Kinds of trouble, each of which is logged once when it begins. */
const nameOf = (error: unknown): string => {
  if (error instanceof NotStored) return 'telegram-updates-not-stored'
  if (!(error instanceof GrammyError) || error.error_code !== 409) return 'telegram-polling-interrupted'
  return error.description.includes('webhook')
    ? 'telegram-conflict-webhook: another program receives for this bot by webhook; give each its own token'
    : 'telegram-conflict-polling: another program polls with the same token; stop it, or give each its own token'
}
