import { describe, expect, it } from 'vitest'
import { createMailbox } from '../../contract/mailbox.ts'
import { waitFor } from '../../support/wait-for.ts'
import { createTelegramTestWorld, type TelegramWorld } from './world.ts'

const changes = ({ telegram }: TelegramWorld) =>
  telegram.calls.filter(({ method }) => method === 'setMyCommands').map(({ params }) => params)
const asked = ({ telegram }: TelegramWorld, times: number) =>
  waitFor(() => telegram.calls.filter(({ method }) => method === 'getUpdates').length >= times, 'polling')

describe('the command menu', () => {
  it('is filled for private chats and groups, in English by default and in Russian', async () => {
    await using world = await createTelegramTestWorld()
    await world.adapter.start(createMailbox().receive)
    await asked(world, 1)
    expect(changes(world).map(({ scope, language_code }) => [scope, language_code])).toEqual([
      [{ type: 'all_private_chats' }, undefined],
      [{ type: 'all_private_chats' }, 'ru'],
      [{ type: 'all_group_chats' }, undefined],
      [{ type: 'all_group_chats' }, 'ru'],
    ])
    expect(changes(world)[1]?.commands).toEqual([
      { command: 'help', description: 'What I can do (ru)' },
      { command: 'projects', description: 'All projects (ru)' },
    ])
  })

  it('is left alone when it is the same at the next start', async () => {
    await using world = await createTelegramTestWorld()
    await world.adapter.start(createMailbox().receive)
    await asked(world, 1)
    await world.adapter.stop()
    await world.adapter.start(createMailbox().receive)
    await asked(world, 2)
    expect(changes(world)).toHaveLength(4)
  })

  it('that cannot be filled does not keep the bot from working', async () => {
    await using world = await createTelegramTestWorld()
    world.telegram.faults.refuses(400, 'Bad Request: BOT_COMMAND_INVALID', { methods: ['setMyCommands'] })
    const mailbox = createMailbox()
    await world.adapter.start(mailbox.receive)
    world.telegram.person({ id: 7, name: 'Ann' }).says('hello')
    await mailbox.next()
    expect(world.logged()).toContain('telegram-menu-not-filled')
  })

  it('of an admin shows what admins can do, in their private chat alone', async () => {
    await using world = await createTelegramTestWorld()
    await world.adapter.setAdminMenu('7', 'ru')
    expect(changes(world)).toEqual([
      {
        scope: { type: 'chat', chat_id: 7 },
        commands: [
          { command: 'help', description: 'What I can do (ru)' },
          { command: 'projects', description: 'All projects (ru)' },
          { command: 'users', description: 'People (ru)' },
        ],
      },
    ])
  })
})
