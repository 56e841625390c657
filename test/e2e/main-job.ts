import { expect } from 'vitest'
import type { HeldModels } from '../support/held-models.ts'
import { waitFor } from '../support/wait-for.ts'
import { type Shown, sees } from './seats/seat.ts'
import type { World } from './world.ts'

/** What Ann writes, in her language. */
export interface Words {
  create: string
  status: string
  second: string
  change: string
}

export const ENGLISH: Words = {
  create: 'create a URL shortener with click statistics',
  status: 'how is url-shortener?',
  second: 'create a guestbook',
  change: 'add an expiry date to short links',
}

export const RUSSIAN: Words = {
  create: 'сделай сервис коротких ссылок со статистикой',
  status: 'как там url-shortener?',
  second: 'сделай гостевую книгу',
  change: 'добавь срок действия коротким ссылкам',
}

/** Asks for the shortener and waits for its plan. */
export const askForShortener = async ({ ann, t }: World, words: Words): Promise<Shown> => {
  ann.says(words.create)
  const card = await sees(ann, t('approval-title-plan', { project: 'url-shortener' }))
  expect(card.buttons).toEqual(
    ['button-approve', 'button-change', 'button-reject', 'button-approve-all'].map((key) => t(key)),
  )
  return card
}

/** Approves the newest card and waits until the project is active. @returns the address of the service. */
export const approveAndWait = async (
  { ann, t }: World,
  project: string,
  { after }: { after?: Shown } = {},
): Promise<string> => {
  ann.presses(t('button-approve'))
  const done = await sees(ann, t('result-active', { project }), { after })
  const [url] = done.text.match(/http:\/\/127\.0\.0\.1:\d+/) ?? []
  if (!url) throw new Error(`no address in:\n${done.text}`)
  return url
}

/** Makes a short link, as the service's users do. @returns its slug. */
export const shorten = async (url: string, link: Record<string, unknown>): Promise<string> => {
  const made = await fetch(`${url}/api/links`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(link),
  })
  expect(made.status).toBe(201)
  const { slug } = (await made.json()) as { slug: string }
  return slug
}

/** Where a short link leads, or the status when it leads nowhere. */
export const follow = async (url: string, slug: string): Promise<string | number> => {
  const answer = await fetch(`${url}/${slug}`, { redirect: 'manual' })
  return answer.headers.get('location') ?? answer.status
}

export const clicksOf = async (url: string, slug: string): Promise<number> => {
  const answer = await fetch(`${url}/api/links/${slug}/stats`)
  return ((await answer.json()) as { clicks: number }).clicks
}

/** A point in time far enough away for the slowest machine. */
const NEXT_YEAR = new Date(Date.now() + 365 * 24 * 3_600_000).toISOString()
const LONG = 'https://example.org/a/long/address'

/**
 * The whole of it: from a sentence to a service that works, with the chat free meanwhile, a second project at the
 * same time, a restart in the middle, and a change to what is live.
 */
export const playMainJob = async (world: World, models: HeldModels, words: Words): Promise<void> => {
  const { ann, annsName, t, test } = world
  const plan = await askForShortener(world, words)

  // The developer is held up, so that everything below certainly happens during the run.
  models.hold('code')
  ann.presses(t('button-approve'))
  await sees(ann, t('verdict-approved', { who: annsName, when: '' }).split(',')[0] ?? '')
  await waitFor(() => models.waiting('code') === 1, 'the developer to begin')
  const building = t('run-title-new-project', { project: 'url-shortener' })
  const progress = await sees(ann, ({ text }) => text.includes(building) && text.includes(t('step-build')))

  ann.says(words.status)
  const status = await sees(ann, ({ order, text }) => order > plan.order && text.includes('url-shortener'))
  expect(status.text).not.toContain(t('result-active', { project: 'url-shortener' }))

  ann.says(words.second)
  const second = await sees(ann, t('approval-title-plan', { project: 'guestbook' }))

  await test.restart()
  models.release('code')
  const done = await sees(ann, t('result-active', { project: 'url-shortener' }))
  const [url = ''] = done.text.match(/http:\/\/127\.0\.0\.1:\d+/) ?? []
  const [edited] = ann.screen().filter(({ ref }) => ref === progress.ref)
  expect(edited?.edits).toBeGreaterThan(2)
  const progressMessages = ann
    .screen()
    .filter(({ text }) => text.includes(t('run-title-new-project', { project: 'url-shortener' })))
  expect(progressMessages).toHaveLength(1)

  const slug = await shorten(url, { url: LONG })
  expect(await follow(url, slug)).toBe(LONG)
  expect(await clicksOf(url, slug)).toBe(1)

  // The card that was there before the restart still counts.
  expect(ann.screen().find(({ ref }) => ref === second.ref)?.buttons).toContain(t('button-approve'))
  const guestbook = await approveAndWait(world, 'guestbook', { after: second })
  expect((await fetch(guestbook)).status).toBe(200)
  expect(await follow(url, slug)).toBe(LONG)

  ann.says(words.change)
  const change = await sees(ann, t('approval-title-change', { project: 'url-shortener' }))
  ann.command('/project url-shortener')
  await sees(ann, t('project-status-maintenance'), { after: change })
  expect(await follow(url, slug)).toBe(LONG)

  expect(await approveAndWait(world, 'url-shortener', { after: change })).toBe(url)
  ann.command('/project url-shortener')
  await sees(ann, ({ order, text }) => order > change.order && text.includes(t('project-status-active')))
  // What was there before the change is still there, and what was asked for is new.
  expect(await follow(url, slug)).toBe(LONG)
  expect(await clicksOf(url, slug)).toBe(4)
  const expired = await shorten(url, { url: LONG, expiresAt: NEXT_YEAR })
  expect(await follow(url, expired)).toBe(LONG)
}
