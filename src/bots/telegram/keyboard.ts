import type { InlineKeyboardMarkup } from 'grammy/types'
import { AppError } from '../../errors.ts'
import type { Button } from '../chat.ts'
import { withoutInvisible } from './formatted.ts'

/** https://core.telegram.org/bots/api#inlinekeyboardbutton */
const MAX_CALLBACK_BYTES = 64

/** @throws AppError internal when an action is too long to come back. */
export const keyboardOf = (rows: Button[][] = []): InlineKeyboardMarkup | undefined => {
  const shown = rows.filter((row) => row.length > 0)
  if (shown.length === 0) return undefined
  return {
    inline_keyboard: shown.map((row) =>
      row.map(({ label, action, style }) => ({
        text: withoutInvisible(label).trim() || '…',
        callback_data: checked(label, action),
        ...(style && { style }),
      })),
    ),
  }
}

const checked = (label: string, action: string): string => {
  const bytes = Buffer.byteLength(action)
  if (bytes >= 1 && bytes <= MAX_CALLBACK_BYTES) return action
  throw new AppError(
    'internal',
    `the button "${label}" carries ${bytes} bytes; Telegram takes 1 to ${MAX_CALLBACK_BYTES}`,
  )
}
