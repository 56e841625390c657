import { describe, expect, it } from 'vitest'
import { parseUpdate } from '../../../src/bots/telegram/parse.ts'
import { telegramUpdate } from '../../../src/bots/telegram/update.ts'
import { recognise } from '../../fakes/telegram/text.ts'

const SELF = { id: 777, username: 'prorab_bot' }
const ANN = { id: 7, is_bot: false, first_name: 'Ann', last_name: 'Smith', language_code: 'ru' }
const US = { id: 777, is_bot: true, first_name: 'Prorab', username: 'prorab_bot' }
const PRIVATE = { id: 7, type: 'private', first_name: 'Ann' }
const GROUP = { id: -100500, type: 'supergroup', title: 'Team' }

const message = (fields: Record<string, unknown>) => ({
  message_id: 42,
  date: 1,
  chat: PRIVATE,
  from: ANN,
  ...(typeof fields.text === 'string' && { entities: recognise({ text: fields.text, entities: [] }) }),
  ...fields,
})
const parse = (update: Record<string, unknown>) =>
  parseUpdate(telegramUpdate.parse({ update_id: 5, ...update }), SELF)
const said = (fields: Record<string, unknown>) => parse({ message: message(fields) })
const inGroup = (fields: Record<string, unknown>) => said({ chat: GROUP, ...fields })

describe('in private', () => {
  it('a text is known by bot and update, chat, person and message', () => {
    expect(said({ text: 'hello' })).toEqual({
      platform: 'telegram',
      eventId: '777:5',
      conversation: { key: 'telegram:777:7:0', kind: 'private' },
      platformUserId: '7',
      body: {
        kind: 'text',
        text: 'hello',
        author: { name: 'Ann Smith', langHint: 'ru' },
        messageRef: '7:42',
      },
    })
  })

  it.each([
    ['en-GB', 'en'],
    ['ru', 'ru'],
    ['de', undefined],
    ['english', undefined],
    [undefined, undefined],
  ])('the language of the app, %s, is a hint for %s', (language_code, langHint) => {
    expect(said({ text: 'x', from: { ...ANN, language_code } })?.body.author.langHint).toBe(langHint)
  })

  it.each([
    ['/start CODE-123', { name: 'start', args: 'CODE-123' }],
    ['/Projects', { name: 'projects', args: '' }],
    ['/project@Prorab_BOT  url-shortener ', { name: 'project', args: 'url-shortener' }],
    ['/logs api\n50', { name: 'logs', args: 'api\n50' }],
  ])('%j is a command', (text, command) => {
    expect(said({ text })?.body).toMatchObject({ kind: 'command', ...command })
  })

  it.each(['say /help to me', 'see /etc/passwd', '/', '//help', '/ help'])('%j is only a text', (text) => {
    expect(said({ text })?.body).toMatchObject({ kind: 'text', text: text.trim() })
  })

  it("our name stays in a text, and another bot's command is not ours", () => {
    expect(said({ text: 'is @prorab_bot your name?' })?.body).toMatchObject({
      text: 'is @prorab_bot your name?',
    })
    expect(said({ text: '/start@other_bot' })).toBeUndefined()
  })

  it('a reply points to what it answers', () => {
    const reply_to_message = { message_id: 41, from: US }
    expect(said({ text: 'yes', reply_to_message })?.body.replyTo).toBe('7:41')
  })

  it('the caption of a picture is a text', () => {
    expect(said({ photo: [{}], caption: 'like this' })?.body).toMatchObject({
      kind: 'text',
      text: 'like this',
    })
  })

  it.each(['photo', 'voice', 'video', 'sticker', 'document', 'location', 'contact', 'poll'])(
    'a %s without words gets an answer, by way of a command',
    (kind) => {
      expect(said({ [kind]: {} })?.body).toMatchObject({ kind: 'command', name: 'unsupported', args: kind })
    },
  )

  it('a moving picture is not taken for the file that comes with it', () => {
    const body = said({ document: { file_id: 'A' }, animation: {} })?.body
    expect(body).toMatchObject({ args: 'animation' })
    expect(body?.attachment).toBeUndefined()
  })

  it('an album is one thing, but words in it are not lost', () => {
    const keys = [1, 2].map((id) => said({ message_id: id, photo: [{}], media_group_id: 'A' })?.messageKey)
    expect(keys).toEqual(['telegram:777:7:album:A', 'telegram:777:7:album:A'])
    expect(said({ photo: [{}], media_group_id: 'A', caption: 'words' })?.messageKey).toBeUndefined()
  })
})

describe('in a group', () => {
  it.each([
    ['@prorab_bot what is up?', 'what is up?'],
    ['@PRORAB_BOT, what is up?', 'what is up?'],
    ['hey @prorab_bot what is up?', 'hey what is up?'],
    ['what is up, @prorab_bot', 'what is up,'],
    ['@prorab_bot', ''],
    ['ask @prorab_bot and @prorab_bot again', 'ask and again'],
  ])('%j is said to us', (text, rest) => {
    expect(inGroup({ text })).toMatchObject({
      conversation: { key: 'telegram:777:-100500:0', kind: 'group' },
      body: { kind: 'text', text: rest },
    })
  })

  it.each(['hello all', '@prorab_bot2 hi', 'mail me@prorab_bot', '/status@other_bot'])(
    '%j is not',
    (text) => {
      expect(inGroup({ text })).toBeUndefined()
    },
  )

  it('being named without a user name is being named', () => {
    const entities = [{ type: 'text_mention', offset: 0, length: 6, user: US }]
    expect(inGroup({ text: 'Prorab, go', entities })?.body).toMatchObject({ text: 'go' })
  })

  it.each([
    ['/status', ''],
    ['/status@prorab_bot', ''],
    ['/status@prorab_bot api', 'api'],
    ['@prorab_bot /status api', 'api'],
  ])('%j is a command for us', (text, args) => {
    expect(inGroup({ text })?.body).toMatchObject({ kind: 'command', name: 'status', args })
  })

  it('a reply to us is for us, a reply to somebody else is not', () => {
    const to = (from: object) => ({ text: 'yes', reply_to_message: { message_id: 41, from } })
    expect(inGroup(to(US))?.body).toMatchObject({ text: 'yes', replyTo: '-100500:41' })
    expect(inGroup(to(ANN))).toBeUndefined()
  })

  it('a topic is a conversation of its own, and being in one is no reply', () => {
    const topic = {
      message_thread_id: 9,
      is_topic_message: true,
      reply_to_message: { message_id: 9, from: US },
    }
    expect(inGroup({ ...topic, text: 'talk among us' })).toBeUndefined()
    const asked = inGroup({ ...topic, text: '@prorab_bot status' })
    expect(asked?.conversation.key).toBe('telegram:777:-100500:9')
    expect(asked?.body.replyTo).toBeUndefined()
  })

  it('a thread of replies in a group without topics is not a topic', () => {
    expect(inGroup({ text: '@prorab_bot hi', message_thread_id: 9 })?.conversation.key).toBe(
      'telegram:777:-100500:0',
    )
  })

  it('a sticker that is not for us says nothing to us', () => {
    expect(inGroup({ sticker: {} })).toBeUndefined()
    expect(inGroup({ sticker: {}, reply_to_message: { message_id: 1, from: US } })?.body).toMatchObject({
      name: 'unsupported',
    })
  })
})

describe('nothing was said to us by', () => {
  it.each([
    ['ourselves', { from: US, text: 'hi' }],
    ['another bot', { from: { ...US, id: 8 }, text: 'hi' }],
    ['a channel', { chat: { id: -1, type: 'channel' }, text: 'hi' }],
    ['an anonymous admin', { chat: GROUP, sender_chat: { id: -100500 }, text: '@prorab_bot hi' }],
    ['nobody', { from: undefined, text: 'hi' }],
    ['news of the chat', { new_chat_members: [ANN] }],
    ['a pinned message', { pinned_message: {} }],
  ])('%s', (_, fields) => {
    expect(said(fields)).toBeUndefined()
  })

  it('an edited message, a blocked bot, or a kind of update that does not exist yet', () => {
    expect(parse({ edited_message: message({ text: 'hi' }) })).toBeUndefined()
    expect(parse({ my_chat_member: { chat: PRIVATE, from: ANN } })).toBeUndefined()
    expect(parse({ telepathy: { thought: 'hi' } })).toBeUndefined()
  })
})

describe('a pressed button', () => {
  const press = (fields: Record<string, unknown> = {}) =>
    parse({
      callback_query: { id: '99', from: ANN, message: message({ from: US }), data: 'a:1:y', ...fields },
    })

  it('is an action, with the message it is on and what answers it', () => {
    expect(press()).toMatchObject({
      eventId: '777:5',
      conversation: { key: 'telegram:777:7:0', kind: 'private' },
      platformUserId: '7',
      body: { kind: 'action', action: 'a:1:y', messageRef: '7:42', receipt: { callbackQueryId: '99' } },
    })
  })

  it('in a topic belongs to that topic', () => {
    const inTopic = message({ chat: GROUP, from: US, message_thread_id: 9, is_topic_message: true })
    expect(press({ message: inTopic })?.conversation).toEqual({
      key: 'telegram:777:-100500:9',
      kind: 'group',
    })
  })

  it('on a message too old to be shown still counts', () => {
    expect(press({ message: { chat: PRIVATE, message_id: 42, date: 0 } })?.body).toMatchObject({
      action: 'a:1:y',
    })
  })

  it('without data or message is nothing', () => {
    expect(press({ data: undefined })).toBeUndefined()
    expect(press({ message: undefined })).toBeUndefined()
  })
})
