import { eq, sql } from 'drizzle-orm'
import type { Operations } from '../../../src/bots/commands/context.ts'
import { createDelivery } from '../../../src/bots/delivery/index.ts'
import { createPresenter } from '../../../src/bots/present/index.ts'
import { createTexts } from '../../../src/bots/texts.ts'
import { alertSubscriptions, identities, outbox, pages } from '../../../src/db/schema/index.ts'
import type { Severity } from '../../../src/db/shapes/incident.ts'
import { pagePerson } from '../../../src/domain/alerting/page-person.ts'
import { settlePages } from '../../../src/domain/alerting/settle-pages.ts'
import { ensureConversation } from '../../../src/domain/conversations/conversations.ts'
import { createInbox } from '../../../src/domain/conversations/inbox.ts'
import type { Incident } from '../../../src/domain/incidents/incident.ts'
import { admit } from '../../../src/domain/users/admit.ts'
import type { Person } from '../../../src/domain/users/person.ts'
import { createMemoryChat } from '../../bots/delivery/memory-chat.ts'
import { silent } from '../../bots/delivery/stage.ts'
import { waitFor } from '../../support/wait-for.ts'
import { openHouse } from '../incidents/house.ts'

type Place = 'telegram' | 'slack'

/** A house of incidents whose alerts are really delivered, to chats in memory, with time in hand. */
export const openStation = async () => {
  const house = await openHouse()
  const { db, clock } = house
  const telegram = createMemoryChat(clock, 'telegram')
  const slack = createMemoryChat(clock, 'slack')
  const delivery = createDelivery({
    db,
    adapters: new Map([
      ['telegram', telegram.adapter],
      ['slack', slack.adapter],
    ]),
    present: createPresenter({
      db,
      clock,
      texts: createTexts(),
      operations: {} as Operations,
      timeZone: 'UTC',
    }),
    log: silent,
    clock,
    instanceId: 'station',
    random: () => 1,
  })
  const arrivals = createInbox(db, { clock })
  let events = 0

  const wake = (ids: readonly string[]) => {
    for (const id of ids) delivery.kick(id)
  }

  const writes = async ({ id, name }: Person, platform: Place) => {
    await db
      .insert(identities)
      .values({ platform, platformUserId: name, userId: id, name })
      .onConflictDoNothing()
    events += 1
    const key = platform === 'slack' ? (`slack:T1:D${name}:main` as const) : (`telegram:1:${name}:0` as const)
    await arrivals.write({
      platform,
      eventId: `hello-${events}`,
      conversation: { key, kind: 'private' },
      platformUserId: name,
      body: { kind: 'text', text: 'hello', author: { name } },
    })
  }

  return {
    ...house,
    telegram,
    slack,
    delivery,
    wake,
    report: async (...args: Parameters<typeof house.report>) => {
      const reported = await house.report(...args)
      wake(reported.wake)
      return reported
    },
    heal: async (key: string) => {
      const healed = await house.heal(key)
      wake(healed?.wake ?? [])
    },
    page: async (incident: Incident, userId: string, occasion: string) => {
      const paged = await db.transaction((tx) =>
        pagePerson(tx, { incident, userId, occasion, now: clock.now() }),
      )
      wake(paged.wake)
      return paged.outcome
    },
    settle: async () => wake(await settlePages(db, clock.now())),
    writes,
    /** Somebody who wrote to the bot alone on these platforms, the last the last. */
    reachable: async (name: string, platforms: Place[]): Promise<Person> => {
      const [first = 'telegram'] = platforms
      const account = { platform: first, platformUserId: name, name }
      const who = await db.transaction((tx) => admit(tx, account, 'operator'))
      for (const platform of platforms) await writes(who, platform)
      return who
    },
    /** A group that hears of everything from a severity on. */
    hearing: async (name: string, least: Severity = 'info') => {
      const key = `telegram:1:${name}` as const
      const { id } = await ensureConversation(db, { key, platform: 'telegram', kind: 'group' })
      await db.insert(alertSubscriptions).values({ conversationId: id, least })
      return { id, key }
    },
    pagesOf: (incidentId: string) =>
      db.select().from(pages).where(eq(pages.incidentId, incidentId)).orderBy(pages.createdAt, pages.attempt),
    /** Lets time pass until nothing is left to be shown. */
    quiet: (stepMs = 1_000, what = 'everything to be shown') =>
      waitFor(async () => {
        const left = await db
          .select({ id: outbox.id })
          .from(outbox)
          .where(sql`${outbox.state} in ('pending', 'sending')`)
          .limit(1)
        if (left.length === 0) return true
        await clock.advance(stepMs)
        return false
      }, what),
  }
}

export type Station = Awaited<ReturnType<typeof openStation>>
