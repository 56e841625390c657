import { describe, expect, it } from 'vitest'
import type { ConversationKey, Outgoing, RenderedPart } from '../../../src/bots/chat.ts'
import { createTelegramTestWorld, type TelegramWorld } from './world.ts'

const ANN = 7
const key = (world: TelegramWorld, chat: number, topic = 0): ConversationKey =>
  `telegram:${world.telegram.bot.id}:${chat}:${topic}`
const part = (world: TelegramWorld, message: Outgoing = { markdown: 'hello' }): RenderedPart => {
  const [first] = world.adapter.render(message)
  if (!first) throw new Error('nothing was rendered')
  return first
}
const talk = async () => {
  const world = await createTelegramTestWorld()
  const ann = world.telegram.person({ id: ANN, name: 'Ann' })
  ann.opens()
  const send = (conversation = key(world, ANN), options: { replyTo?: string } = {}) =>
    world.adapter.send(conversation, part(world), { idempotencyKey: 'k', ...options })
  const edit = (ref: string, conversation = key(world, ANN), message: Outgoing = { markdown: 'new' }) =>
    world.adapter.edit(conversation, ref, part(world, message))
  return { ...world, ann, send, edit }
}

describe('a message', () => {
  it('goes into the topic its conversation names', async () => {
    await using world = await talk()
    const team = world.telegram.group({ topics: { 5: 'Deployments' } })
    await world.send(key(world, team.id, 5))
    await world.adapter.typing(key(world, team.id, 5))
    expect(world.telegram.chat(team.id).messages({ topic: 5 })).toHaveLength(1)
    expect(world.telegram.typing).toEqual([{ chat: team.id, topic: 5 }])
  })

  it('answers the message it is a reply to, or nobody when that is gone', async () => {
    await using world = await talk()
    const question = world.ann.says('why?')
    await world.send(undefined, { replyTo: question.ref })
    world.ann.deletes(question)
    await world.send(undefined, { replyTo: question.ref })
    await world.send(undefined, { replyTo: '-100123:1' })
    const answers = world.telegram.chat(ANN).messages()
    expect(answers.map(({ replyTo }) => replyTo)).toEqual([question.id, undefined, undefined])
  })

  it('shows no preview of links', async () => {
    await using world = await talk()
    const ref = await world.send()
    await world.edit(ref)
    for (const method of ['sendMessage', 'editMessageText'])
      expect(world.telegram.calls.find((call) => call.method === method)?.params).toMatchObject({
        link_preview_options: { is_disabled: true },
      })
  })

  it('to another bot or another platform is refused here', async () => {
    await using world = await talk()
    for (const conversation of ['telegram:1:7:0', 'slack:T1:C1:1.2', 'telegram:777000777:x:0'] as const)
      await expect(world.send(conversation)).rejects.toMatchObject({ code: 'invalid' })
  })
})

describe('Telegram says a final no', () => {
  it.each([
    ['blocked', 'the person blocked the bot'],
    ['removed', 'the bot was removed from the chat'],
    ['unknown', 'the chat does not exist, or the bot never was in it'],
    ['no topic', 'the topic was deleted'],
  ])('%s: and the reason is one a person understands', async (which, reason) => {
    await using world = await talk()
    const team = world.telegram.group({ topics: {} })
    if (which === 'blocked') world.ann.blocksTheBot()
    if (which === 'removed') team.removesTheBot()
    const place =
      { blocked: [ANN], removed: [team.id], unknown: [999], 'no topic': [team.id, 5] }[which] ?? []
    await expect(world.send(key(world, place[0] ?? 0, place[1]))).rejects.toMatchObject({
      code: 'platform_refused',
      retryable: false,
      message: expect.stringContaining(reason),
    })
  })
})

describe('a group that became a supergroup', () => {
  it('is said with its new address, and what was written before stays behind', async () => {
    await using world = await talk()
    const group = world.telegram.group({ basic: true })
    const ref = await world.send(key(world, group.id))
    const moved = key(world, group.migrates())
    await expect(world.send(key(world, group.id))).rejects.toMatchObject({
      name: 'ConversationMoved',
      to: moved,
    })
    await expect(world.edit(ref, key(world, group.id))).rejects.toMatchObject({ to: moved })

    expect(await world.edit(ref, moved)).toBe('gone')
    await world.adapter.remove(moved, ref)
    await expect(world.send(moved, { replyTo: ref })).resolves.toMatch(/^-100/)
  })
})

describe('an edit', () => {
  it('says what became of it', async () => {
    await using world = await talk()
    const ref = await world.send()
    expect(await world.edit(ref)).toBe('edited')
    expect(await world.edit(ref)).toBe('unchanged')
    const [message] = world.telegram.chat(ANN).messages()
    expect(message?.history).toEqual(['hello', 'new'])
    if (message) world.ann.deletes(message)
    expect(await world.edit(ref)).toBe('gone')
    await expect(world.edit('nonsense')).rejects.toMatchObject({ code: 'invalid' })
  })

  it('of a question for a line is not possible: it is to be sent anew', async () => {
    await using world = await talk()
    const ask = part(world, { ask: { action: 'a', prompt: 'What?' } })
    const ref = await world.adapter.send(key(world, ANN), ask, { idempotencyKey: 'k' })
    expect(await world.edit(ref)).toBe('gone')
  })

  it('whose answer got lost is found to be done', async () => {
    await using world = await talk()
    const ref = await world.send()
    world.telegram.faults.cutsAnswers({ times: 1 })
    await expect(world.edit(ref)).rejects.toMatchObject({ code: 'platform_unavailable' })
    expect(await world.edit(ref)).toBe('unchanged')
  })
})

describe('a toast', () => {
  const pressed = async (world: Awaited<ReturnType<typeof talk>>) => {
    const buttons = [[{ label: 'Go', action: 'go' }]]
    const card = part(world, { card: { title: 'T', tone: 'question', buttons } })
    await world.adapter.send(key(world, ANN), card, { idempotencyKey: 'k' })
    const press = world.ann.presses('Go')
    const [update] = await fetch(`${world.telegram.root}/bot${world.telegram.token}/getUpdates`)
      .then((response) => response.json() as Promise<{ result: { callback_query: { id: string } }[] }>)
      .then(({ result }) => result)
    const to = { platformUserId: '7', receipt: { callbackQueryId: update?.callback_query.id ?? '' } }
    return { press, tell: (text: string) => world.adapter.tell(key(world, ANN), to, text) }
  }

  it('is short, or an alert when it takes time to read, and never too long', async () => {
    await using world = await talk()
    const short = await pressed(world)
    await short.tell('Approved')
    expect(await short.press.answer).toEqual({ text: 'Approved', alert: false })
  })

  it('that is long waits to be read, and is cut where Telegram would refuse it', async () => {
    await using world = await talk()
    const long = await pressed(world)
    await long.tell('😀 '.repeat(200))
    const { text, alert } = await long.press.answer
    expect(alert).toBe(true)
    expect(text?.length).toBeLessThanOrEqual(200)
    expect(text?.isWellFormed()).toBe(true)
  })

  it('for a button pressed too long ago is forgotten, without a word in the chat', async () => {
    await using world = await talk()
    const late = await pressed(world)
    world.telegram.expireButtons()
    await late.tell('Approved')
    expect(world.telegram.calls.at(-1)?.error).toContain('query is too old')
    expect(world.telegram.chat(ANN).messages()).toHaveLength(1)
  })

  it('to somebody who pressed nothing is not sent at all', async () => {
    await using world = await talk()
    await world.adapter.tell(key(world, ANN), { platformUserId: '7' }, 'psst')
    expect(world.telegram.calls).toEqual([])
  })
})

it('who the bot is can be asked', async () => {
  await using world = await talk()
  expect(await world.adapter.check()).toBe('Prorab (@prorab_bot)')
})
