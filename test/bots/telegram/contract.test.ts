import type { ConversationKey } from '../../../src/bots/chat.ts'
import { describeAdapterContract } from '../../contract/adapter.ts'
import type { AdapterWorld } from '../../contract/world.ts'
import { WEBHOOK_SECRET, webhookDoor } from './door.ts'
import { createTelegramTestWorld, type TelegramWorld } from './world.ts'

const contractWorld = (world: TelegramWorld, alsoClose = async () => {}): AdapterWorld => {
  const { telegram, adapter } = world
  const ann = telegram.person({ id: 7, name: 'Ann Smith', languageCode: 'en' })
  ann.opens()
  const group = telegram.group({ title: 'Team' })
  const key = (chat: number): ConversationKey => `telegram:${telegram.bot.id}:${chat}:0`
  const chatOf = (conversation = key(ann.id)) => Number(conversation.split(':')[2])
  const own = (chat: number) =>
    telegram
      .chat(chat)
      .messages()
      .filter((message) => message.own)
  const find = (ref: string) => {
    const found = own(chatOf()).find((message) => message.ref === ref)
    if (!found) throw new Error(`there is no message ${ref}`)
    return found
  }
  const chats = {
    methods: ['sendMessage', 'sendDocument', 'editMessageText', 'sendChatAction', 'answerCallbackQuery'],
  }

  return {
    adapter,
    conversation: key(ann.id),
    person: {
      id: String(ann.id),
      says: async (text, options) => void ann.says(text, options),
      commands: async (name, args) => void ann.says(`/${name} ${args}`.trim()),
      presses: async (label) => void ann.presses(label),
      answers: async (prompt, text) => void ann.says(text, { replyTo: find(prompt) }),
      attaches: async (file, { words, replyTo } = {}) =>
        void ann.attaches(file, { caption: words, ...(replyTo && { replyTo }) }),
      deletes: async (ref) => ann.deletes(find(ref)),
    },
    group: {
      conversation: key(group.id),
      mentions: async (text) => void ann.says(`@Prorab_Bot ${text}`, { chat: group.id }),
      chatters: async (text) => void ann.says(text, { chat: group.id }),
    },
    echo: async (text) => {
      const chat = { id: ann.id, type: 'private', first_name: 'Ann' }
      telegram.push({ message: { message_id: 999, date: 0, chat, from: telegram.bot, text } }, ann.id)
    },
    shown: async (conversation) =>
      own(chatOf(conversation)).map(({ ref, text, buttons, entities }) => ({
        ref,
        text,
        buttons,
        mentions: entities.filter(callsSomebody).map(({ type }) => type),
        links: entities.flatMap((entity) => (entity.type === 'text_link' ? [entity.url] : [])),
      })),
    files: async () =>
      own(ann.id).flatMap(({ file }) => (file ? [{ name: file.name, content: file.data }] : [])),
    calls: () => telegram.calls.map(({ method }) => method),
    acknowledged: () => telegram.confirmed,
    redelivers: true,
    faults: {
      limitsRate: (ms) => telegram.faults.tooManyRequests(ms / 1000, chats),
      breaks: () => telegram.faults.breaks(),
      resets: () => telegram.faults.resets(),
      refuses: () => telegram.faults.refuses(403, 'Forbidden: bot was blocked by the user', chats),
      heals: () => telegram.faults.heal(),
    },
    secrets: [telegram.token, telegram.token.split(':')[1] ?? '', WEBHOOK_SECRET],
    logged: world.logged,
    close: async () => {
      await world[Symbol.asyncDispose]()
      await alsoClose()
    },
  }
}

const callsSomebody = (entity: { type: string; url?: string }) =>
  entity.type === 'text_mention' || Boolean(entity.url?.startsWith('tg://user'))

describeAdapterContract('Telegram (polling)', async () => contractWorld(await createTelegramTestWorld()))

describeAdapterContract('Telegram (webhook)', async () => {
  const door = await webhookDoor()
  const world = await createTelegramTestWorld({ webhook: { url: door.url, secret: WEBHOOK_SECRET } })
  door.open(world.adapter.routes)
  return contractWorld(world, door.close)
})
