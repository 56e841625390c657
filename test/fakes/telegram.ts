import type { User } from 'grammy/types'
import { createChats, type Stored } from './telegram/chats.ts'
import { createFaults, createRateLimiter, type Faults, type RateLimits } from './telegram/faults.ts'
import { createFiles } from './telegram/files.ts'
import { createMethods, type PendingQuery } from './telegram/methods.ts'
import { createPerson, type Person } from './telegram/person.ts'
import { Refusal } from './telegram/refusal.ts'
import { type Call, startServer } from './telegram/server.ts'
import { type ShownMessage, show } from './telegram/shown.ts'
import { createUpdates, type NewUpdate } from './telegram/updates.ts'

/**
 * A Bot API server of our own on a real socket, as strict as the real one: it refuses, in the real words, too
 * long and empty texts, entities that do not fit, callback data over 64 bytes, unknown chats and topics, edits
 * that change nothing or come too late, answers to old buttons, bad command names, a second poller.
 *
 * @example
 * await using telegram = await startTelegramFake()
 * // TELEGRAM_API_ROOT = telegram.root, TELEGRAM_BOT_TOKEN = telegram.token
 * const ann = telegram.person({ id: 7, name: 'Ann', languageCode: 'en' })
 * ann.says('create a URL shortener')
 * const card = await telegram.waitForMessage('Approve this plan?', { chat: ann.id })
 * const press = ann.presses('Approve')               // the newest message with that button
 * expect((await press.answer).text).toBe('Approved') // the toast
 * telegram.chat(ann.id).messages()                   // what is on the screen: text, buttons, history of edits
 *
 * // A group, a topic, a mention, a reply:
 * const team = telegram.group({ title: 'Team', topics: { 5: 'Deployments' } })
 * ann.says('@prorab_bot status', { chat: team.id, topic: 5 })
 * ann.says('yes', { chat: team.id, replyTo: card })
 *
 * // Files, both ways:
 * ann.attaches({ name: 'Architect.json', content: '{…}' }, { caption: '/agent edit Architect', replyTo: card })
 * telegram.chat(ann.id).messages().at(-1)?.file      // a document's or picture's name and bytes; text is the caption
 *
 * // Trouble: for all calls or some methods, for so many calls or so long, until heal():
 * telegram.faults.tooManyRequests(30, { methods: ['sendMessage'], times: 3 })
 * telegram.faults.breaks(); telegram.faults.resets(); telegram.faults.hangs(); telegram.faults.cutsAnswers()
 * telegram.faults.heal()
 * ann.blocksTheBot(); ann.deletes(card); team.migrates(); telegram.repeat(card.updateId)
 *
 * Updates go to whoever polls, and again until confirmed by offset; or to the webhook the bot set, with its
 * secret, one at a time per chat, and again until answered with 2xx. One fake outlives any number of bots: a
 * program that is killed and started again finds everything as it was.
 */
export interface TelegramFake extends AsyncDisposable {
  /** For TELEGRAM_API_ROOT. */
  root: string
  token: string
  bot: User & { username: string }
  /** The same id gives the same person. Their private chat exists from their first word, or `opens()`. */
  person(who: { id: number; name: string; languageCode?: string }): Person
  group(options?: GroupOptions): Group
  chat(id: number): { messages(options?: { topic?: number }): ShownMessage[] }
  /**
   * The first message, of those on screen now or later, that has the words, matches, or satisfies.
   * `after`: only messages newer than this one in its chat.
   */
  waitForMessage(match: Match, options?: WaitOptions): Promise<ShownMessage>
  faults: Faults
  /** Everything the bot called, oldest first. */
  calls: Call[]
  /** Chats where "typing…" was shown, oldest first. */
  typing: { chat: number; topic: number }[]
  /** Delivers an update again, as it was. */
  repeat(updateId: number): void
  /** Delivers anything, e.g. a kind of update that does not exist yet. */
  push(update: NewUpdate | Record<string, unknown>, chat?: number): number
  /** Updates the bot has not confirmed. */
  pending(): number
  /** How many it has. */
  readonly confirmed: number
  /** Makes every pressed button too old to be answered. */
  expireButtons(): void
  close(): Promise<void>
}

export type Match = string | RegExp | ((message: ShownMessage) => boolean)

export interface WaitOptions {
  chat?: number
  after?: ShownMessage
  limitMs?: number
}

export interface GroupOptions {
  id?: number
  title?: string
  /** A group that was not upgraded: it has no topics, and may still move. */
  basic?: boolean
  /** Topics by thread id. */
  topics?: Record<number, string>
}

export interface Group {
  id: number
  removesTheBot(): void
  /** Becomes a supergroup with another id; the old one only tells where it went. @returns the new id. */
  migrates(): number
}

export interface TelegramFakeOptions {
  token?: string
  username?: string
  /** Milliseconds; for rate limits, faults that last, and the age of buttons. */
  now?: () => number
  limits?: RateLimits
  /** How long a pressed button can be answered. */
  queryTtlMs?: number
  /** How long a webhook that failed is left alone. */
  redeliverAfterMs?: number
}

const QUERY_TTL_MS = 60_000
const REDELIVER_AFTER_MS = 50
const WAIT_LIMIT_MS = 60_000

export const startTelegramFake = async (options: TelegramFakeOptions = {}): Promise<TelegramFake> => {
  const { token = '777000777:fake-token-AAbbCCddEEff', username = 'prorab_bot', now = Date.now } = options
  const bot = { id: Number(token.split(':')[0]), is_bot: true, first_name: 'Prorab', username } as const
  const chats = createChats(now)
  const files = createFiles()
  const updates = createUpdates({ redeliverAfterMs: options.redeliverAfterMs ?? REDELIVER_AFTER_MS })
  const queries = new Map<string, PendingQuery>()
  const calls: Call[] = []
  const typing: TelegramFake['typing'] = []
  const persons = new Map<number, Person>()
  const watchers = new Set<(message: Stored) => void>()
  const limiter = createRateLimiter(options.limits ?? {}, now)
  const faults = createFaults({ now, onHeal: () => server.cutHanging() })
  const methods = createMethods({
    bot,
    chats,
    files,
    updates,
    queries,
    now,
    count: limiter.count,
    onChange: (message) => {
      for (const watch of watchers) watch(message)
    },
    onTyping: (chat, topic) => typing.push({ chat, topic }),
  })
  const server = await startServer({ token, methods, files, faults, calls })
  let groups = 0

  const messagesOf = (chat: number) =>
    [...(chats.rooms.get(chat)?.messages.values() ?? [])].filter(({ deleted }) => !deleted)

  const waitForMessage: TelegramFake['waitForMessage'] = (match, { chat, after, limitMs } = {}) => {
    const fits = (message: Stored) => {
      if (message.deleted || message.from.id !== bot.id) return false
      if (chat !== undefined && message.chat !== chat) return false
      if (after && (message.chat !== after.chat || message.id <= after.id)) return false
      if (typeof match === 'string') return message.text.includes(match)
      return match instanceof RegExp ? match.test(message.text) : match(show(message))
    }
    const rooms = chat === undefined ? [...chats.rooms.keys()] : [chat]
    const already = rooms.flatMap(messagesOf).find(fits)
    if (already) return Promise.resolve(show(already))
    return new Promise((resolve, reject) => {
      const end = () => {
        clearTimeout(timer)
        watchers.delete(watch)
      }
      const watch = (message: Stored) => {
        if (!fits(message)) return
        end()
        resolve(show(message))
      }
      const timer = setTimeout(() => {
        end()
        const seen = rooms.flatMap(messagesOf).map(({ from, text }) => `  ${from.first_name}: ${text}`)
        reject(new Error(`Waited in vain for a message ${match}. There was:\n${seen.join('\n')}`))
      }, limitMs ?? WAIT_LIMIT_MS)
      watchers.add(watch)
    })
  }

  const createGroup = ({ id, title = 'Team', basic = false, topics }: GroupOptions = {}): Group => {
    groups++
    const kind = basic ? 'group' : 'supergroup'
    const room = chats.add({
      id: id ?? (basic ? -2000 - groups : -1_001_000_000_000 - groups),
      kind,
      title,
      topics: topics && new Map(Object.entries(topics).map(([thread, name]) => [Number(thread), name])),
    })
    return {
      id: room.id,
      removesTheBot: () => {
        room.closed = new Refusal(403, `Forbidden: bot was kicked from the ${kind} chat`)
      },
      migrates: () => {
        const next = createGroup({ title })
        room.closed = new Refusal(400, 'Bad Request: group chat was upgraded to a supergroup chat', {
          migrate_to_chat_id: next.id,
        })
        return next.id
      },
    }
  }

  const close = async () => {
    updates.stop()
    await server.close()
  }

  return {
    root: server.root,
    token,
    bot,
    faults,
    calls,
    typing,
    waitForMessage,
    group: createGroup,
    chat: (id) => ({
      messages: ({ topic } = {}) =>
        messagesOf(id)
          .filter((message) => topic === undefined || message.topic === topic)
          .map(show),
    }),
    person: ({ id, name, languageCode }) => {
      const known = persons.get(id)
      if (known) return known
      const [first = name, ...last] = name.split(' ')
      const user: User = {
        id,
        is_bot: false,
        first_name: first,
        ...(last.length > 0 && { last_name: last.join(' ') }),
        ...(languageCode && { language_code: languageCode }),
      }
      const queryTtlMs = options.queryTtlMs ?? QUERY_TTL_MS
      const person = createPerson(user, { bot, chats, files, updates, queries, now, queryTtlMs })
      persons.set(id, person)
      return person
    },
    repeat: updates.repeat,
    push: (update, chat = 0) => updates.push(update as NewUpdate, chat),
    pending: () => updates.pending().length,
    get confirmed() {
      return updates.confirmed
    },
    expireButtons: () => queries.clear(),
    close,
    [Symbol.asyncDispose]: close,
  }
}
