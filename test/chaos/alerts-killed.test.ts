import { eq, sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { connectDatabase, type Database } from '../../src/db/client.ts'
import { incidentEvents, incidents, leases, outbox, syncJobs, syncRuns } from '../../src/db/schema/index.ts'
import { PRIORITY, say, undelivered } from '../../src/domain/conversations/outbox.ts'
import { setChain } from '../../src/domain/incidents/chains.ts'
import { admit } from '../../src/domain/users/admit.ts'
import { findAccountHolder, type Person } from '../../src/domain/users/person.ts'
import { startTelegramFake, type TelegramFake } from '../fakes/telegram.ts'
import { findAlertDamage } from '../support/chaos/alert-damage.ts'
import { createInstallation, type Installation } from '../support/chaos/installation.ts'
import { startProcess } from '../support/chaos/process.ts'
import { createRandom } from '../support/chaos/random.ts'
import { createWatchedService, type WatchedService } from '../support/chaos/watched-service.ts'
import { createTestDatabase } from '../support/database.ts'
import { createScratchFolder } from '../support/scratch.ts'
import { waitFor } from '../support/wait-for.ts'

const SEED = Number(process.env.PRORAB_CHAOS_SEED ?? 1)
const CLAIM_CODE = 'CHAOS-CLAIM-CODE'
const KILLS = 4
/** So often also when the story is over sooner. */
const LEAST_KILLS = 3
/** Far beyond what one thing takes on a busy machine, also with all restarts in it. */
const LIMIT_MS = 600_000
/** How long after a restart a person waits for a press to show before they press again. */
const PATIENCE_MS = 4_000

const chatEnv = (telegram: TelegramFake) => ({
  PRORAB_CLAIM_CODE: CLAIM_CODE,
  TELEGRAM_BOT_TOKEN: telegram.token,
  TELEGRAM_API_ROOT: telegram.root,
})

/** Ann owns the installation, and her chat hears of everything. */
const letAnnIn = async (telegram: TelegramFake) => {
  const ann = telegram.person({ id: 7, name: 'Ann', languageCode: 'en' })
  ann.says(`/claim ${CLAIM_CODE}`)
  await telegram.waitForMessage(/owner/i, { chat: ann.id, limitMs: LIMIT_MS })
  ann.says('/alerts on')
  await telegram.waitForMessage(/critical/i, { chat: ann.id, limitMs: LIMIT_MS })
  return ann
}

/**
 * Minutes go by for everything that waits for a moment. What is on its way to a person was sent just now all the same:
 * the program may be dead at the moment, and could not have brought it.
 */
const letPass = (db: Database, minutes: number) =>
  db.transaction(async (tx) => {
    const span = sql`make_interval(mins => ${minutes})`
    await tx.execute(sql`update incident_timers set due_at = due_at - ${span}`)
    await tx.execute(sql`update pages set created_at = created_at - ${span} where settled_at is not null`)
  })

const stateOf = async (db: Database, subject: string) =>
  (await db.select().from(incidents).where(eq(incidents.subject, subject)))[0]

const becomes = (db: Database, subject: string, state: string, version = 0) =>
  waitFor(
    async () => {
      const incident = await stateOf(db, subject)
      return incident?.state === state && incident.version > version && incident
    },
    `${subject} to be ${state}`,
    LIMIT_MS,
  )

const calledFor = async (db: Database, subject: string, name: string) => {
  const incident = await stateOf(db, subject)
  if (!incident) return 0
  const events = await db.select().from(incidentEvents).where(eq(incidentEvents.incidentId, incident.id))
  return events.filter(({ kind, detail }) => kind === 'paged' && detail.name === name).length
}

const isCalledFor = (db: Database, subject: string, name: string, times = 1) =>
  waitFor(
    async () => (await calledFor(db, subject, name)) >= times,
    `${name} to be called for ${subject}`,
    LIMIT_MS,
  )

interface House {
  db: Database
  telegram: TelegramFake
  /** Two people and a group, each with a chat that hears of everything; Ann is called first, then Boris. */
  ann: ReturnType<TelegramFake['person']>
  boris: ReturnType<TelegramFake['person']>
  team: number
}

const furnish = async (db: Database, telegram: TelegramFake): Promise<House> => {
  const ann = await letAnnIn(telegram)
  const account = { platform: 'telegram', platformUserId: '8', name: 'Boris', langHint: 'en' } as const
  const second = await db.transaction((tx) => admit(tx, account, 'operator'))
  const boris = telegram.person({ id: 8, name: 'Boris', languageCode: 'en' })
  const team = telegram.group({ title: 'Team' }).id
  boris.says('/alerts on')
  ann.says('/alerts@prorab_bot on', { chat: team })
  await Promise.all(
    [boris.id, team].map((chat) => telegram.waitForMessage(/critical/i, { chat, limitMs: LIMIT_MS })),
  )
  const owner = (await findAccountHolder(db, { platform: 'telegram', platformUserId: '7' })) as Person
  const steps = [owner, second].flatMap(({ id: userId }) => [
    { kind: 'person', userId } as const,
    { kind: 'wait', minutes: 5 } as const,
  ])
  await db.transaction((tx) =>
    setChain(tx, { steps: [...steps, { kind: 'repeat', times: 3 }] }, { person: owner, surface: 'telegram' }),
  )
  return { db, telegram, ann, boris, team }
}

/** Presses a button of the incident's message until the incident is what the press is for. */
const press = async (
  { db, telegram }: House,
  person: House['ann'],
  { chat, subject, button, state }: { chat: number; subject: string; button: string; state: string },
) => {
  for (const deadline = Date.now() + LIMIT_MS; Date.now() < deadline; ) {
    const { number } = await waitFor(() => stateOf(db, subject), subject, LIMIT_MS)
    const card = telegram
      .chat(chat)
      .messages()
      .find(({ own, text, buttons }) => own && text.includes(`#${number} `) && buttons.includes(button))
    if (card) person.presses(button, { message: card })
    const isDone = async () => (await stateOf(db, subject))?.state === state
    if (await waitFor(isDone, 'the press', PATIENCE_MS).catch(() => false)) return
  }
  throw new Error(`${person.user.first_name} pressed ${button} of ${subject} in vain`)
}

/** What happens to people and services, without a thought of kills. */
const live = async (house: House, services: Record<'shop' | 'blog' | 'mail' | 'wiki', WatchedService>) => {
  const { db, ann, boris, team } = house
  const { shop, blog, mail, wiki } = services
  for (const one of [shop, blog, mail]) one.breaks()
  ann.says('/incident new people cannot log in')
  const first = ['shop', 'blog', 'mail', 'people cannot log in']
  await Promise.all(first.map((subject) => isCalledFor(db, subject, 'Ann')))
  await letPass(db, 6)
  await Promise.all(first.map((subject) => isCalledFor(db, subject, 'Boris')))

  blog.heals()
  wiki.breaks()
  boris.says('/incident new the invoices are late')
  await Promise.all([
    press(house, boris, { chat: boris.id, subject: 'shop', button: 'Acknowledge', state: 'acknowledged' }),
    press(house, ann, { chat: team, subject: 'people cannot log in', button: 'Resolve', state: 'resolved' }),
    becomes(db, 'blog', 'resolved'),
    isCalledFor(db, 'wiki', 'Ann'),
    isCalledFor(db, 'the invoices are late', 'Ann'),
  ])
  await letPass(db, 6)
  await Promise.all([isCalledFor(db, 'wiki', 'Boris'), isCalledFor(db, 'mail', 'Ann', 2)])
  shop.heals()
  blog.breaks()
  const blogs = await becomes(db, 'blog', 'open')
  expect(blogs.reopenings).toBe(1)
  await letPass(db, 1)
  await Promise.all([
    becomes(db, 'shop', 'resolved'),
    isCalledFor(db, 'blog', 'Ann', 2),
    press(house, ann, {
      chat: ann.id,
      subject: 'the invoices are late',
      button: 'Acknowledge',
      state: 'acknowledged',
    }),
  ])
}

/** Kills it at moments that the seed decides, mostly while `over` is not. @returns how often. */
const killAgainAndAgain = async (installation: Installation, random: () => number, over: () => boolean) => {
  let kills = 0
  for (; kills < LEAST_KILLS || (kills < KILLS && !over()); kills++) {
    await installation.isUp()
    await pause(random() * 1_500)
    await installation.kill('program')
    await pause(random() * 300)
    installation.start()
  }
  return kills
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

test.concurrent(`the program is killed again and again while things break, seed ${SEED}: everybody learns everything once`, async () => {
  await using telegram = await startTelegramFake()
  await using installation = await createInstallation(chatEnv(telegram))
  installation.start()
  await installation.isUp()
  await using connected = connectTo(await installation.databaseUrl())
  const { db } = connected
  const house = await furnish(db, telegram)
  await using shop = await createWatchedService(db, 'shop')
  await using blog = await createWatchedService(db, 'blog')
  await using mail = await createWatchedService(db, 'mail')
  await using wiki = await createWatchedService(db, 'wiki')

  let over = false
  const story = live(house, { shop, blog, mail, wiki }).finally(() => {
    over = true
  })
  const [kills] = await Promise.all([
    killAgainAndAgain(installation, createRandom(SEED), () => over),
    story,
    Promise.race([story, installation.crashed]),
  ]).catch((error) => {
    throw new Error(`${error.message}\n${installation.log.slice(-6_000)}`, { cause: error })
  })
  const messagesIn = (chat: number) => telegram.chat(chat).messages()
  await waitFor(
    async () => {
      const damage = await findAlertDamage(db, { messagesIn, kills })
      if (damage.length > 0) throw new Error(damage.join('\n'))
      return true
    },
    'all to be as if nobody had pulled the plug',
    LIMIT_MS,
  )
})

const connectTo = (url: string) => {
  const handle = connectDatabase(url)
  return { ...handle, [Symbol.asyncDispose]: () => handle.close() }
}

test.concurrent('of two processes that do what happens by itself one does each thing at a time, and goes on alone when the other is killed', async () => {
  await using database = await createTestDatabase()
  await using folder = await createScratchFolder()
  const { db } = database
  await using shop = await createWatchedService(db, 'shop')
  await using blog = await createWatchedService(db, 'blog')
  const place = { dataDir: folder.path, databaseUrl: database.url }
  const env = { PRORAB_ROLES: 'sync' }
  const leaseOf = async (key: string) =>
    (
      await db
        .select()
        .from(leases)
        .where(eq(leases.key, `sync:${key}`))
    )[0]
  const holds = async (key: string) => {
    const lease = await leaseOf(key)
    return lease && lease.expiresAt > new Date() && lease.holder
  }
  const startedAt = async (name: string) =>
    (await db.select().from(syncJobs).where(eq(syncJobs.name, name)))[0]?.lastStartedAt?.getTime() ?? 0

  /** Most rounds are over before anybody looks; the lease that was let go tells whose the last one was. */
  const lastHolders = async () =>
    (await Promise.all(['escalation', 'pages'].map(leaseOf))).flatMap((lease) => lease?.holder ?? [])
  const isAtWork = (what: string, fits: (holder: string) => boolean) =>
    waitFor(async () => (await lastHolders()).find(fits), what, LIMIT_MS)
  const intervalGoesBy = async () => {
    const since = await startedAt('escalation')
    await waitFor(
      async () => (await startedAt('escalation')) > since + 7_000,
      'more than one interval',
      LIMIT_MS,
    )
  }

  await using first = startProcess(place, env)
  const firstId = await isAtWork('the first process to do something', () => true)
  await using second = startProcess(place, env)
  await isAtWork('the second process to do something', (holder) => holder !== firstId)

  shop.hangs()
  const before = shop.looks
  await waitFor(() => shop.looks > before, 'a look at the shop', LIMIT_MS)
  const waiting = await waitFor(() => holds('health_checker'), 'its lease', LIMIT_MS)
  await isAtWork('the other process to do something', (holder) => holder !== waiting)
  // What was looked at together with the shop has answered by now.
  await intervalGoesBy()
  const looksAtBlog = blog.looks
  await db.execute(sql`update checks set next_at = now() where project_id = ${blog.projectId}`)
  // Another round is due, and would look at the blog; the one before still waits for the shop.
  await intervalGoesBy()
  expect([shop.looks, blog.looks]).toEqual([before + 1, looksAtBlog])
  shop.breaks()
  await becomes(db, 'shop', 'open')
  blog.breaks()
  await becomes(db, 'blog', 'open')

  shop.hangs()
  const looks = shop.looks
  await waitFor(() => shop.looks > looks, 'a look at the shop', LIMIT_MS)
  const dead = await waitFor(() => holds('health_checker'), 'its lease', LIMIT_MS)
  await (dead === firstId ? first : second).kill()
  const killedAt = Date.now()
  shop.heals()
  blog.heals()
  // Half a minute goes by.
  await db.update(leases).set({ expiresAt: new Date() }).where(eq(leases.holder, dead))
  await db.execute(sql`update checks set claimed_until = now() where claimed_until is not null`)
  await Promise.all([becomes(db, 'shop', 'resolved'), becomes(db, 'blog', 'resolved')])
  for (const name of ['escalation', 'pages', 'health_checker'])
    await waitFor(async () => (await startedAt(name)) > killedAt, `${name} to go on`, LIMIT_MS)

  // The shop broke, the blog broke, and both healed.
  const runs = await waitFor(
    async () => {
      const all = await db.select().from(syncRuns).orderBy(syncRuns.name, syncRuns.startedAt)
      return all.filter(({ name }) => name === 'health_checker').length >= 3 && all
    },
    'three rounds that changed something',
    LIMIT_MS,
  )
  const overlaps = runs.filter((run, at) => {
    const before = runs[at - 1]
    return before?.name === run.name && before.finishedAt > run.startedAt
  })
  expect(overlaps).toEqual([])
  expect(runs.filter(({ ok }) => !ok)).toEqual([])
})

test.concurrent('what breaks while the bot is away is told first when it is back', async () => {
  await using telegram = await startTelegramFake()
  await using database = await createTestDatabase()
  await using folder = await createScratchFolder()
  const { db } = database
  const place = { dataDir: folder.path, databaseUrl: database.url }
  const startBot = () => startProcess(place, { ...chatEnv(telegram), PRORAB_ROLES: 'bots' })
  await using _ = startProcess(place, { PRORAB_ROLES: 'sync' })
  await using bot = startBot()
  const ann = await letAnnIn(telegram)
  await waitFor(async () => (await undelivered(db)).length === 0, 'what was sent to be noted', LIMIT_MS)
  await bot.kill()
  const lastBefore = telegram.chat(ann.id).messages().at(-1)?.id ?? 0

  const [before] = await db.select().from(outbox)
  const talk = (text: string) =>
    say(db, {
      conversationId: before?.conversationId ?? '',
      key: `talk:${text}`,
      content: { type: 'text', markdown: text },
      priority: PRIORITY.talk,
    })
  await talk('said before')
  await using shop = await createWatchedService(db, 'shop')
  shop.breaks()
  const { number } = await becomes(db, 'shop', 'open')
  await talk('said later')
  await waitFor(
    async () => (await undelivered(db)).some(({ priority }) => priority > PRIORITY.talk),
    'the alert to wait for the bot',
    LIMIT_MS,
  )
  await using _again = startBot()
  await telegram.waitForMessage('said later', { chat: ann.id, limitMs: LIMIT_MS })
  const shown = telegram.chat(ann.id).messages()
  const [alert, ...more] = shown.filter(({ own, id }) => own && id > lastBefore).map(({ text }) => text)
  expect(alert).toContain(`#${number} shop is down`)
  // More of what is urgent may have come up meanwhile.
  expect(more.filter((text) => text.startsWith('said '))).toEqual(['said before', 'said later'])
})
