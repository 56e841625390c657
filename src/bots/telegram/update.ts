import { z } from 'zod'

/**
 * The parts of an update that prorab reads (https://core.telegram.org/bots/api#update). Loose on purpose: the
 * Bot API grows every month, and what is not known here is ignored, not refused.
 */
const user = z.object({
  id: z.number().int(),
  is_bot: z.boolean(),
  first_name: z.string(),
  last_name: z.string().optional(),
  language_code: z.string().optional(),
})

const chat = z.object({
  id: z.number().int(),
  type: z.enum(['private', 'group', 'supergroup', 'channel']),
})

const entity = z.object({
  type: z.string(),
  offset: z.number().int().min(0),
  length: z.number().int().min(0),
  user: z.object({ id: z.number().int() }).optional(),
})

const place = {
  message_id: z.number().int(),
  chat,
  message_thread_id: z.number().int().optional(),
  is_topic_message: z.boolean().optional(),
}

const document = z.object({
  file_id: z.string().optional(),
  file_name: z.string().optional(),
  file_size: z.number().optional(),
})

const message = z.looseObject({
  ...place,
  from: user.optional(),
  sender_chat: z.object({ id: z.number().int() }).optional(),
  text: z.string().optional(),
  entities: z.array(entity).optional(),
  caption: z.string().optional(),
  caption_entities: z.array(entity).optional(),
  document: document.optional(),
  media_group_id: z.string().optional(),
  reply_to_message: z.object({ message_id: z.number().int(), from: user.optional() }).optional(),
})

const callbackQuery = z.object({
  id: z.string(),
  from: user,
  message: z.object(place).optional(),
  data: z.string().optional(),
})

export const telegramUpdate = z.object({
  update_id: z.number().int(),
  message: message.optional(),
  callback_query: callbackQuery.optional(),
})

/** The kinds asked for; all others would only be thrown away. */
export const ALLOWED_UPDATES = ['message', 'callback_query'] as const

export type TelegramUpdate = z.infer<typeof telegramUpdate>
export type TelegramMessage = z.infer<typeof message>
export type TelegramPress = z.infer<typeof callbackQuery>
export type TelegramUser = z.infer<typeof user>
export type TelegramEntity = z.infer<typeof entity>
export type TelegramPlace = Pick<TelegramMessage, keyof typeof place>
