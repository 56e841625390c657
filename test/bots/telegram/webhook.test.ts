import { describe, expect, it } from 'vitest'
import { createMailbox } from '../../contract/mailbox.ts'
import { waitFor } from '../../support/wait-for.ts'
import { WEBHOOK_SECRET, webhookDoor } from './door.ts'
import { createTelegramTestWorld } from './world.ts'

/** A started adapter, and a door to knock on by hand: Telegram's own deliveries find nobody at this address. */
const webhookWorld = async () => {
  const webhook = { url: 'http://127.0.0.1:9/telegram/webhook', secret: WEBHOOK_SECRET }
  const world = await createTelegramTestWorld({ webhook })
  const mailbox = createMailbox()
  await world.adapter.start(mailbox.receive)
  const { routes } = world.adapter
  if (!routes) throw new Error('there are no routes')
  const post = (body: string, headers: Record<string, string> = { [HEADER]: WEBHOOK_SECRET }) =>
    routes.request('/telegram/webhook', { method: 'POST', body, headers })
  return { ...world, mailbox, post }
}

const HEADER = 'x-telegram-bot-api-secret-token'
const update = (text = 'hello') =>
  JSON.stringify({
    update_id: 1,
    message: {
      message_id: 1,
      chat: { id: 7, type: 'private' },
      from: { id: 7, is_bot: false, first_name: 'Ann' },
      text,
    },
  })

describe('the webhook', () => {
  it.each<[string, Record<string, string>]>([
    ['no secret', {}],
    ['an empty secret', { [HEADER]: '' }],
    ['a wrong secret', { [HEADER]: 'x'.repeat(WEBHOOK_SECRET.length) }],
    ['a beginning of the secret', { [HEADER]: WEBHOOK_SECRET.slice(0, -1) }],
    ['a longer secret', { [HEADER]: `${WEBHOOK_SECRET}x` }],
    ['the secret as a query', { authorization: WEBHOOK_SECRET }],
  ])('tells somebody with %s nothing but no', async (_, headers) => {
    await using world = await webhookWorld()
    const response = await world.post(update(), headers)
    expect(response.status).toBe(401)
    expect(await response.text()).toBe('')
    expect(world.mailbox.arrived).toEqual([])
  })

  it('answers 200 when the row is written, not before', async () => {
    await using world = await webhookWorld()
    world.mailbox.hold()
    let status: number | undefined
    const answered = Promise.resolve(world.post(update())).then((response) => {
      status = response.status
    })
    await world.mailbox.next()
    expect(status).toBeUndefined()
    world.mailbox.release()
    await answered
    expect(status).toBe(200)
  })

  it('asks for another delivery when the row could not be written', async () => {
    await using world = await webhookWorld()
    world.mailbox.refuse(1)
    expect((await world.post(update())).status).toBe(503)
    expect((await world.post(update())).status).toBe(200)
    expect(world.mailbox.arrived).toHaveLength(2)
  })

  it.each([
    ['a kind of update that does not exist yet', '{"update_id":1,"telepathy":{}}'],
    ['a message that makes no sense', '{"update_id":1,"message":{"message_id":"x"}}'],
    ['no update at all', '{}'],
    ['a list', '[]'],
    ['null', 'null'],
  ])('acknowledges and ignores %s', async (_, body) => {
    await using world = await webhookWorld()
    expect((await world.post(body)).status).toBe(200)
    expect(world.mailbox.arrived).toEqual([])
  })

  it('refuses what is not JSON', async () => {
    await using world = await webhookWorld()
    expect((await world.post('{')).status).toBe(400)
    expect(world.mailbox.arrived).toEqual([])
  })

  it.each<[string, Record<string, string>]>([
    ['says nothing about its length', {}],
    ['says how long it is', { 'content-length': String(2 * 1024 * 1024) }],
    ['comes in pieces and says it is short', { 'content-length': '10', 'transfer-encoding': 'chunked' }],
  ])('refuses a body that is far too long and %s', async (_, headers) => {
    await using world = await webhookWorld()
    const tooLong = update('x'.repeat(1024 * 1024))
    expect((await world.post(tooLong, { [HEADER]: WEBHOOK_SECRET, ...headers })).status).toBe(413)
    expect(world.mailbox.arrived).toEqual([])
  })

  it('takes nothing in once it was stopped: Telegram keeps it', async () => {
    await using world = await webhookWorld()
    await world.adapter.stop()
    expect((await world.post(update())).status).toBe(503)
    expect(world.mailbox.arrived).toEqual([])
  })

  it('tells Telegram its address, its secret, and what it wants to hear', async () => {
    await using world = await webhookWorld()
    expect(world.telegram.calls.find(({ method }) => method === 'setWebhook')?.params).toEqual({
      url: 'http://127.0.0.1:9/telegram/webhook',
      secret_token: WEBHOOK_SECRET,
      allowed_updates: ['message', 'callback_query'],
    })
    expect(world.telegram.calls.map(({ method }) => method)).not.toContain('getUpdates')
  })

  it('is delivered again, in order, what failed for a while', async () => {
    const door = await webhookDoor()
    await using world = await createTelegramTestWorld({ webhook: { url: door.url, secret: WEBHOOK_SECRET } })
    door.open(world.adapter.routes)
    const mailbox = createMailbox()
    mailbox.refuse(2)
    await world.adapter.start(mailbox.receive)
    const ann = world.telegram.person({ id: 7, name: 'Ann' })
    ann.says('one')
    ann.says('two')
    await waitFor(() => world.telegram.confirmed === 2, 'both')
    const texts = mailbox.arrived.map(({ body }) => ('text' in body ? body.text : ''))
    expect(texts).toEqual(['one', 'one', 'one', 'two'])
    await door.close()
  })
})

it('an address that Telegram cannot use is said at start', async () => {
  await using world = await createTelegramTestWorld({
    webhook: { url: 'http://example.org/telegram/webhook', secret: WEBHOOK_SECRET },
  })
  const description = 'Bad Request: bad webhook: An HTTPS URL must be provided for webhook'
  world.telegram.faults.refuses(400, description, { methods: ['setWebhook'] })
  await expect(world.adapter.start(createMailbox().receive)).rejects.toMatchObject({
    code: 'misconfigured',
    message: expect.stringContaining('TELEGRAM_WEBHOOK_URL'),
  })
})

it('there are no routes without a webhook', async () => {
  await using world = await createTelegramTestWorld()
  expect(world.adapter.routes).toBeUndefined()
})
