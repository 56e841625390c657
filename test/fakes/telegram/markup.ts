import type { ForceReply, InlineKeyboardMarkup } from 'grammy/types'
import { badRequest } from './refusal.ts'

const MAX_DATA_BYTES = 64
const MAX_PLACEHOLDER_CHARACTERS = 64
const MAX_BUTTONS = 100

export type Markup = InlineKeyboardMarkup | ForceReply

/** @throws Refusal for what the Bot API would not take. */
export const acceptMarkup = (value: unknown, { inlineOnly }: { inlineOnly: boolean }): Markup | undefined => {
  if (value === undefined || value === null) return undefined
  if (typeof value !== 'object') throw badRequest('object expected as reply markup')
  if ('inline_keyboard' in value) return acceptKeyboard(value.inline_keyboard)
  if (inlineOnly) throw badRequest('inline keyboard expected')
  if ('force_reply' in value && value.force_reply === true) return acceptForceReply(value as ForceReply)
  throw badRequest('this reply markup is not known to the fake')
}

const acceptKeyboard = (rows: unknown): InlineKeyboardMarkup | undefined => {
  if (!Array.isArray(rows) || !rows.every(Array.isArray))
    throw badRequest("can't parse inline keyboard button: expected an Array of Arrays")
  const buttons: unknown[] = rows.flat()
  if (buttons.length > MAX_BUTTONS) throw badRequest('reply markup is too long')
  for (const button of buttons) checkButton(button)
  const shown = rows.filter((row) => row.length > 0)
  return shown.length > 0 ? { inline_keyboard: shown } : undefined
}

const checkButton = (button: unknown) => {
  const { text, callback_data: data, style } = (button ?? {}) as Record<string, unknown>
  if (typeof text !== 'string' || text.trim() === '')
    throw badRequest("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
  if (typeof data !== 'string') throw badRequest('text buttons are unallowed in the inline keyboard')
  const bytes = Buffer.byteLength(data)
  if (bytes < 1 || bytes > MAX_DATA_BYTES) throw badRequest('BUTTON_DATA_INVALID')
  if (style !== undefined && !['danger', 'success', 'primary'].includes(String(style)))
    throw badRequest(`can't parse inline keyboard button: invalid button style specified`)
}

const acceptForceReply = (markup: ForceReply): ForceReply => {
  const placeholder = markup.input_field_placeholder
  if (placeholder !== undefined && (placeholder === '' || placeholder.length > MAX_PLACEHOLDER_CHARACTERS))
    throw badRequest('the input field placeholder must have 1 to 64 characters')
  return markup
}
