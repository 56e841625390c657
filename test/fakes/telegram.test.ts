import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { waitFor } from '../support/wait-for.ts'
import { startTelegramFake, type TelegramFake } from './telegram.ts'

/** What the adapter never does wrong, and whoever changes it should learn at once. */
describe('the fake Bot API', () => {
  let nowMs = 1_900_000_000_000
  let telegram: TelegramFake
  beforeEach(async () => {
    telegram = await startTelegramFake({
      now: () => nowMs,
      limits: { perChatPerSecond: 1, perGroupPerMinute: 3, perSecond: 4 },
    })
    telegram.person({ id: 7, name: 'Ann' }).opens()
  })
  afterEach(() => telegram.close())

  const call = async (method: string, params: Record<string, unknown> = {}, token = telegram.token) => {
    const response = await fetch(`${telegram.root}/bot${token}/${method}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(params),
    })
    const answer = (await response.json()) as { ok: boolean; result?: unknown; description?: string }
    expect(answer.ok).toBe(response.ok)
    return answer
  }
  const send = (params: Record<string, unknown> = {}) =>
    call('sendMessage', { chat_id: 7, text: 'hello', ...params })
  const button = (data: string) => ({ inline_keyboard: [[{ text: 'Go', callback_data: data }]] })

  it.each<[string, Record<string, unknown>]>([
    ['message text is empty', { text: '' }],
    ['message text is empty', { text: ' \n\u200b ' }],
    ['message is too long', { text: 'x'.repeat(4097) }],
    ['strings must be encoded in UTF-8', { text: 'half \ud83d' }],
    ['chat not found', { chat_id: 8 }],
    ['message thread not found', { message_thread_id: 5 }],
    ['message to be replied not found', { reply_parameters: { message_id: 99 } }],
    ['BUTTON_DATA_INVALID', { reply_markup: button('x'.repeat(65)) }],
    ['BUTTON_DATA_INVALID', { reply_markup: button('') }],
    ['incorrect offset', { entities: [{ type: 'bold', offset: 6, length: 1 }] }],
    ['incorrect length', { entities: [{ type: 'bold', offset: 0, length: 0 }] }],
    ['ends after the end of the text', { entities: [{ type: 'bold', offset: 0, length: 6 }] }],
    ['in a middle of a UTF-16 symbol', { text: '😀', entities: [{ type: 'bold', offset: 0, length: 1 }] }],
    ['Unsupported type', { entities: [{ type: 'loud', offset: 0, length: 1 }] }],
  ])('refuses with "%s"', async (description, params) => {
    const answer = await send(params)
    expect(answer.description).toMatch(/^Bad Request: |^Receive|^Entity/)
    expect(answer.description).toContain(description)
    expect(telegram.chat(7).messages()).toEqual([])
  })

  it('knows nobody by another token, and no method that does not exist', async () => {
    expect((await call('getMe', {}, '1:other')).description).toBe('Unauthorized')
    expect((await call('sendTelepathy')).description).toBe('Not Found')
  })

  it('finds addresses, names and commands in a text by itself, but not in code', async () => {
    await send({
      text: 'see https://e.org, @ann_smith /help `/no`',
      entities: [{ type: 'code', offset: 36, length: 5 }],
    })
    const [message] = telegram.chat(7).messages()
    expect(message?.entities.map(({ type }) => type)).toEqual(['url', 'mention', 'bot_command', 'code'])
  })

  it('refuses edits that change nothing, and edits and removals of what is not there', async () => {
    await send()
    nowMs += 1000
    const edit = (params: object) =>
      call('editMessageText', { chat_id: 7, message_id: 1, text: 'hello', ...params })
    expect((await edit({})).description).toContain('message is not modified')
    expect((await edit({ message_id: 2 })).description).toBe('Bad Request: message to edit not found')
    const own = telegram.person({ id: 7, name: 'Ann' }).says('mine')
    expect((await edit({ message_id: own.id, text: 'x' })).description).toBe(
      "Bad Request: message can't be edited",
    )
    expect((await call('deleteMessage', { chat_id: 7, message_id: 99 })).description).toContain('not found')
  })

  it('keeps to its limits: per chat, per group and for all', async () => {
    expect((await send()).ok).toBe(true)
    expect((await send()).description).toBe('Too Many Requests: retry after 1')
    const group = telegram.group()
    for (let i = 0; i < 3; i++) {
      nowMs += 1000
      expect((await send({ chat_id: group.id })).ok).toBe(true)
    }
    nowMs += 1000
    expect((await send({ chat_id: group.id })).description).toBe('Too Many Requests: retry after 57')
    for (const id of [11, 12, 13, 14, 15]) telegram.person({ id, name: 'P' }).opens()
    const answers = [11, 12, 13, 14, 15].map((chat_id) => send({ chat_id }))
    expect((await Promise.all(answers)).filter(({ ok }) => !ok)).toHaveLength(1)
  })

  it('delivers until confirmed, and lets only the newest poller wait', async () => {
    const updates = async (params: object = {}) =>
      ((await call('getUpdates', { ...params })).result as { update_id: number }[]).map(
        (one) => one.update_id,
      )
    const ann = telegram.person({ id: 7, name: 'Ann' })
    const first = ann.says('one').updateId
    expect(await updates()).toEqual([first])
    expect(await updates()).toEqual([first])
    expect(await updates({ offset: first + 1 })).toEqual([])
    expect(telegram.confirmed).toBe(1)

    const older = call('getUpdates', { timeout: 30 })
    await waitFor(() => telegram.calls.length >= 4, 'the older poll')
    const newer = call('getUpdates', { timeout: 30 })
    expect((await older).description).toContain('terminated by other getUpdates request')
    const second = ann.says('two').updateId
    expect((await newer).result).toMatchObject([{ update_id: second }])
  })

  it('answers a button once, and not for ever', async () => {
    const ann = telegram.person({ id: 7, name: 'Ann' })
    await send({ reply_markup: button('go') })
    const press = ann.presses('Go')
    const { result } = await call('getUpdates')
    const { id } = (result as { callback_query: { id: string } }[])[0]?.callback_query ?? { id: '' }
    const answer = () => call('answerCallbackQuery', { callback_query_id: id, text: 'ok' })
    expect((await answer()).ok).toBe(true)
    expect(await press.answer).toEqual({ text: 'ok', alert: false })
    expect((await answer()).description).toContain('query is too old')
    ann.presses('Go')
    nowMs += 61_000
    expect((await answer()).description).toContain('query is too old')
  })

  it('lets a person press what the bot took away meanwhile, if their phone still showed it', async () => {
    const ann = telegram.person({ id: 7, name: 'Ann' })
    await send({ reply_markup: button('go') })
    nowMs += 1000
    await call('editMessageText', { chat_id: 7, message_id: 1, text: 'decided' })
    expect(() => ann.presses('Go')).toThrow('Ann sees no button Go')
    expect(ann.presses('Go', { evenIfGone: true }).updateId).toBeGreaterThan(0)
  })

  it('refuses bad menus', async () => {
    const set = (commands: unknown) => call('setMyCommands', { commands })
    const fine = { command: 'help', description: 'Help' }
    expect((await set([fine])).ok).toBe(true)
    expect((await set([{ ...fine, command: 'Help' }])).description).toContain('BOT_COMMAND_INVALID')
    expect((await set([{ ...fine, description: '' }])).description).toContain('DESCRIPTION_INVALID')
    expect((await set(Array(101).fill(fine))).description).toContain('TOO_MUCH')
  })
})
