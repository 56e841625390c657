import type { BotCommand, BotCommandScope } from 'grammy/types'
import type { Lang } from '../../db/schema/users.ts'
import type { CommandMenu, MenuEntry } from '../chat.ts'
import type { TelegramApi } from './api.ts'
import { clip } from './clip.ts'

/** https://core.telegram.org/bots/api#botcommand */
const MAX_DESCRIPTION_UNITS = 256
const MAX_COMMANDS = 100

const SCOPES: BotCommandScope[] = [{ type: 'all_private_chats' }, { type: 'all_group_chats' }]

/** The menu of people whose app speaks a language we do not is the default one. */
const LANGUAGES: { lang: Lang; code: 'ru' | undefined }[] = [
  { lang: 'en', code: undefined },
  { lang: 'ru', code: 'ru' },
]

/** Fills the command menu, per scope and language, where it differs from what Telegram has. @throws AppError */
export const fillMenus = async (api: TelegramApi, menu: CommandMenu): Promise<void> => {
  for (const scope of SCOPES)
    for (const { lang, code } of LANGUAGES) await fill(api, menu(lang, 'everyone'), scope, code)
}

/** What an admin sees in the private chat with the bot, whatever language their app speaks. @throws AppError */
export const fillAdminMenu = (
  api: TelegramApi,
  menu: CommandMenu,
  chatId: number,
  lang: Lang,
): Promise<void> => fill(api, menu(lang, 'admin'), { type: 'chat', chat_id: chatId }, undefined)

const fill = async (
  api: TelegramApi,
  entries: MenuEntry[],
  scope: BotCommandScope,
  code: 'ru' | undefined,
): Promise<void> => {
  const wanted: BotCommand[] = entries.slice(0, MAX_COMMANDS).map(({ command, description }) => ({
    command,
    description: clip(description, MAX_DESCRIPTION_UNITS),
  }))
  const place = { scope, ...(code && { language_code: code }) }
  await api.attempt(async (calls) => {
    const present = await calls.getMyCommands(place)
    if (!isSame(present, wanted)) await calls.setMyCommands(wanted, place)
  })
}

const isSame = (a: BotCommand[], b: BotCommand[]): boolean =>
  a.length === b.length &&
  a.every(({ command, description }, i) => command === b[i]?.command && description === b[i]?.description)
