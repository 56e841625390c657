import { errorText } from '../../errors.ts'
import type { Log } from '../../log.ts'
import type { ChatAdapter } from '../chat.ts'
import { placeOf } from './address.ts'
import type { TelegramApi } from './api.ts'
import { clip } from './clip.ts'
import { withoutInvisible } from './formatted.ts'

/** https://core.telegram.org/bots/api#answercallbackquery */
const MAX_TOAST_UNITS = 200
/** A toast vanishes after two seconds: what takes longer to read is an alert that waits for "OK". */
const READ_AT_A_GLANCE_UNITS = 60

/** What is shown for a moment or to one person, best effort: failures are logged and forgotten. */
export const createTeller = (
  { botId, attempt }: TelegramApi,
  log: Log,
): Pick<ChatAdapter, 'tell' | 'settle' | 'typing'> => ({
  tell: async (_conversation, { receipt }, text) => {
    const callbackQueryId = receipt?.callbackQueryId
    // Only the press of a button can be answered to one person alone; nobody is written to behind their back.
    if (callbackQueryId === undefined) return
    const toast = clip(withoutInvisible(text), MAX_TOAST_UNITS)
    const show_alert = toast.length > READ_AT_A_GLANCE_UNITS
    await attempt((calls) => calls.answerCallbackQuery(callbackQueryId, { text: toast, show_alert })).catch(
      (error: unknown) => log.debug({ reason: errorText(error) }, 'telegram-toast-not-shown'),
    )
  },

  // A button that is not answered at all spins for half a minute.
  settle: async ({ callbackQueryId }) => {
    if (callbackQueryId === undefined) return
    await attempt((calls) => calls.answerCallbackQuery(callbackQueryId)).catch((error: unknown) =>
      log.debug({ reason: errorText(error) }, 'telegram-press-not-settled'),
    )
  },

  typing: async (conversation) => {
    const { chatId, topicId } = placeOf(botId, conversation)
    const place = topicId === 0 ? {} : { message_thread_id: topicId }
    await attempt((calls) => calls.sendChatAction(chatId, 'typing', place)).catch((error: unknown) =>
      log.debug({ reason: errorText(error) }, 'telegram-typing-not-shown'),
    )
  },
})
