import { sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { setChain } from '../../src/domain/incidents/chains.ts'
import { report } from '../../src/domain/incidents/report.ts'
import { findAccountHolder } from '../../src/domain/users/person.ts'
import type { TestApp } from '../support/app.ts'
import { waitFor } from '../support/wait-for.ts'
import { openSlackHouse } from './slack-house.ts'
import { openHouse } from './telegram-house.ts'

const person = async ({ app: { db } }: TestApp, platform: string, platformUserId: string) => {
  const found = await findAccountHolder(db, { platform, platformUserId })
  if (!found) throw new Error(`nobody has the account ${platformUserId}`)
  return found
}

/** Something critical breaks; after five minutes Ann is called, after five more Boris. */
const breaks = async (test: TestApp, platform: string, [anns, boriss]: [string, string]): Promise<number> => {
  const { db } = test.app
  const ann = await person(test, platform, anns)
  const boris = await person(test, platform, boriss)
  const wait = { kind: 'wait', minutes: 5 } as const
  const call = ({ id: userId }: { id: string }) => ({ kind: 'person', userId }) as const
  const { incident } = await db.transaction(async (tx) => {
    const steps = [wait, call(ann), wait, call(boris)]
    await setChain(tx, { steps }, { person: ann, surface: platform })
    return report(tx, {
      kind: 'service_unhealthy',
      key: 'service_unhealthy:shop',
      severity: 'critical',
      subject: 'shop',
      facts: { reason: 'connection refused' },
      now: new Date(),
    })
  })
  return incident.number
}

/** Once nothing is left to do before this step of the chain, five minutes go by for everything that waits. */
const letPass = ({ app: { db } }: TestApp, { until: step }: { until: number }) =>
  waitFor(async () => {
    const due = sql`update incident_timers set due_at = due_at - interval '5 minutes' where step = ${step} returning id`
    if ((await db.execute(due)).length === 0) throw new Error('what comes before it is still to be done')
    await db.execute(sql`update pages set created_at = created_at - interval '5 minutes'`)
    return true
  }, `step ${step}`)

const becomes = (look: () => unknown, seen: string[], what: string) =>
  waitFor(() => {
    expect(look()).toEqual(seen)
    return true
  }, what)

test('a Telegram group sees who is called, each by a mention of their own, until somebody has it', async () => {
  await using house = await openHouse()
  const { telegram, ann, t, test: program } = house
  const boris = await house.newcomer('Boris', 'operator')
  const { id: group } = house.newGroup()
  ann.says('/alerts@prorab_bot on', { chat: group })
  await telegram.waitForMessage(/critical/i, { chat: group })

  const number = String(await breaks(program, 'telegram', [String(ann.id), String(boris.id)]))
  const title = t('incident-title', {
    number,
    what: t('incident-what-service-unhealthy', { subject: 'shop' }),
  })
  await telegram.waitForMessage(title, { chat: group })
  const messages = () =>
    telegram
      .chat(group)
      .messages()
      .filter(({ own }) => own)
  const card = () => messages().find(({ text }) => text.includes(title))
  const lines = () => messages().filter(({ text }) => text.includes(t('incident-call-title', { number })))
  const mentioned = () => lines().map(({ marked }) => marked('text_mention').join())
  const onCard = () => card()?.marked('text_mention')
  expect(onCard()).toEqual([])

  await letPass(program, { until: 1 })
  await becomes(mentioned, ['Ann'], 'Ann to be called')
  expect(lines()[0]).toMatchObject({ replyTo: card()?.id })
  await becomes(onCard, ['Ann'], 'the card to say so')

  await letPass(program, { until: 3 })
  await becomes(mentioned, ['Ann', 'Boris'], 'Boris to be called')
  await becomes(onCard, ['Boris'], 'the card to say so')

  boris.presses(t('button-incident-ack'), { message: card() })
  await becomes(onCard, [], 'the card to call nobody')
  expect(mentioned()).toEqual(['Ann', 'Boris'])
})

test('a Slack channel sees who is called, each by a mention of their own, until somebody has it', async () => {
  await using house = await openSlackHouse()
  const { slack, ann, t, sees, test: program } = house
  const boris = await house.newcomer('UBORIS', 'admin')
  const channel = slack.channel('C0TEAM', { members: ['UANN', 'UBORIS'] }).id
  ann.runs('/prorab alerts on', { channel })
  await sees(/critical/i, channel)

  const number = String(await breaks(program, 'slack', ['UANN', 'UBORIS']))
  const title = t('incident-title', {
    number,
    what: t('incident-what-service-unhealthy', { subject: 'shop' }),
  })
  await sees(title, channel)
  const card = () => slack.messages(channel).find(({ text }) => text.includes(title))
  const lines = () =>
    slack.messages(channel).filter(({ text }) => text.includes(t('incident-call-title', { number })))
  const mention = (id: string) => JSON.stringify({ type: 'user', user_id: id })
  const mentioned = () => lines().flatMap(({ mentions }) => mentions)
  const onCard = () => card()?.mentions
  expect(onCard()).toEqual([])

  await letPass(program, { until: 1 })
  await becomes(mentioned, [mention('UANN')], 'Ann to be called')
  await becomes(onCard, [mention('UANN')], 'the card to say so')

  await letPass(program, { until: 3 })
  await becomes(mentioned, [mention('UANN'), mention('UBORIS')], 'Boris to be called')
  await becomes(onCard, [mention('UBORIS')], 'the card to say so')

  boris.presses(t('button-incident-ack'), { channel })
  await becomes(onCard, [], 'the card to call nobody')
  expect(mentioned()).toHaveLength(2)
})
