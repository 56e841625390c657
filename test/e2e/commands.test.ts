import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ports } from '../../src/db/schema/index.ts'
import { createProject, listProjects } from '../../src/domain/projects/projects.ts'
import { findUser } from '../../src/domain/users/find-user.ts'
import { agentSeeds } from '../../src/graph/prompts/seeds.ts'
import type { ShownMessage } from '../fakes/telegram/shown.ts'
import { waitFor } from '../support/wait-for.ts'
import { type House, openHouse } from './telegram-house.ts'

/** In the order of a day: one service is built, looked at, restarted and deleted. */
describe('commands about a running service', () => {
  let house: House
  let url = ''
  beforeAll(async () => {
    house = await openHouse()
    const asked = house.ann.says('create a guestbook')
    await house.telegram.waitForMessage(({ buttons }) => buttons.includes('Approve'), { chat: house.ann.id })
    house.ann.presses('Approve')
    const done = await house.telegram.waitForMessage(t('result-active', { project: 'guestbook' }), {
      chat: house.ann.id,
      after: asked,
      limitMs: 100_000,
    })
    url = done.text.match(/http:\/\/127\.0\.0\.1:\d+/)?.[0] ?? ''
  }, 120_000)
  afterAll(() => house[Symbol.asyncDispose]())

  const t = (key: string, args?: Record<string, string | number>) => house.t(key, args)
  const says = (text: string, match: RegExp | string): Promise<ShownMessage> => {
    const asked = house.ann.says(text)
    return house.telegram.waitForMessage(match, { chat: house.ann.id, after: asked })
  }
  const answers = async () => (await fetch(`${url}/healthz`).catch(() => undefined))?.status

  it('/project shows state, address, repository and runs, with buttons', async () => {
    const card = await says('/project guestbook', t('field-state'))
    expect(card.text).toContain(url)
    expect(card.text).toContain(t('service-running'))
    expect(card.text).toContain(`${t('field-repository')}: guestbook`)
    expect(card.text).toContain(t('run-status-succeeded'))
    expect(card.buttons).toEqual([t('button-logs'), t('button-restart'), t('button-delete')])
  })

  it('/logs shows the last lines of the service; the button on the card does the same', async () => {
    await fetch(url)
    const log = await says('/logs guestbook', t('logs-title', { project: 'guestbook' }))
    expect(log.text.length).toBeGreaterThan(t('logs-title', { project: 'guestbook' }).length)
    house.ann.presses(t('button-logs'))
    await house.telegram.waitForMessage(t('logs-title', { project: 'guestbook' }), {
      chat: house.ann.id,
      after: log,
    })
  })

  it('/restart starts it anew, and what people wrote in it is still there', async () => {
    const signed = await fetch(`${url}/api/entries`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'Bea', message: 'lovely' }),
    })
    expect(signed.status).toBe(201)
    await says('/restart guestbook', t('restart-done', { name: 'guestbook' }))
    expect(await (await fetch(`${url}/api/entries`)).text()).toContain('lovely')
  })

  it('/costs, /agents, /status: what a person would look at', async () => {
    expect((await says('/costs', /Costs of the last/)).text).toMatch(/\d+ calls?/)
    expect((await says('/agents', t('agents-title'))).text).toMatch(/architect/i)
    expect((await says('/status', t('status-title'))).text).toContain(t('status-quiet'))
  })

  it('/delete asks first; "Keep" keeps', async () => {
    const card = await says('/delete guestbook', t('approval-title-delete', { project: 'guestbook' }))
    expect(card.buttons).toEqual([t('button-delete-now'), t('button-keep')])
    await house.ann.presses(t('button-keep'), { message: card }).answer
    await waitFor(
      () =>
        house.telegram
          .chat(house.ann.id)
          .messages()
          .find(({ id }) => id === card.id)
          ?.text.includes(t('verdict-kept', { who: 'Ann', when: '' }).trim().replace(/,$/, '')),
      'the card to say so',
    )
    expect(await answers()).toBe(200)
  })

  it('a member deletes nothing of others', async () => {
    const max = await house.newcomer('Max', 'member')
    max.says('/delete guestbook')
    await house.telegram.waitForMessage(/Only admins, and the owner of the project, may do that/, {
      chat: max.id,
    })
    max.says('/logs guestbook')
    await house.telegram.waitForMessage(/Only operators, admins, and the owner of the project/, {
      chat: max.id,
    })
  })

  it('/delete, confirmed: the service is gone, its port free, its repository archived, its name free', async () => {
    const card = await says('/delete guestbook', t('approval-title-delete', { project: 'guestbook' }))
    await house.ann.presses(t('button-delete-now'), { message: card }).answer
    await house.telegram.waitForMessage(t('project-deleted', { name: 'guestbook' }), {
      chat: house.ann.id,
      after: card,
    })
    expect(await answers()).toBeUndefined()
    expect(await house.test.app.db.select().from(ports)).toEqual([])
    const { dataDir } = house.test.config
    expect(await readdir(join(dataDir, 'services'))).not.toContain('guestbook')
    // A folder of a run that ended may vanish while it is read.
    const left = await waitFor(() => readdir(dataDir, { recursive: true }), 'the files')
    const repositories = left.filter((path) => /guestbook[^/]*\.git$/.test(path))
    expect(repositories).toHaveLength(1)
    expect(repositories[0]).toContain('archive')

    await says('/project guestbook', /There is no project “guestbook”/)
    const again = await says('create a guestbook', t('approval-title-plan', { project: 'guestbook' }))
    await house.ann.presses('Reject', { message: again }).answer
    await house.telegram.waitForMessage(t('result-rejected', { project: 'guestbook' }), {
      chat: house.ann.id,
      after: again,
    })
  })

  it('/projects comes in pages, and the buttons turn them in place', async () => {
    const { db } = house.test.app
    const ann = await findUser(db, 'Ann')
    const [conversation] = await db.query.conversations.findMany({ limit: 1 })
    for (let number = 1; number <= 9; number++)
      await db.transaction((tx) =>
        createProject(
          tx,
          {
            name: `shop-${number}`,
            title: `Shop ${number}`,
            description: '',
            ownerId: ann.id,
            conversationId: conversation?.id ?? '',
          },
          agentSeeds().starterPack,
        ),
      )
    expect((await listProjects(db)).total).toBe(9)
    const list = await says('/projects', t('page-of', { page: '1', pages: '2' }))
    expect(list.text).toContain('shop-9')
    expect(list.text).not.toContain('shop-1 ')
    await house.ann.presses(t('button-next'), { message: list }).answer
    const page = () =>
      house.telegram
        .chat(house.ann.id)
        .messages()
        .find(({ id }) => id === list.id)
    await waitFor(() => page()?.text.includes(t('page-of', { page: '2', pages: '2' })), 'the second page')
    expect(page()?.text).toContain('shop-1')
    await says('/projects 3', t('no-such-page', { pages: 2 }))
  })
})
