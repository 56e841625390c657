import { createTexts } from '../../../src/bots/texts.ts'
import type { Database } from '../../../src/db/client.ts'
import {
  alertSubscriptions,
  conversations,
  incidentEvents,
  incidents,
  incidentTimers,
  outbox,
  pages,
} from '../../../src/db/schema/index.ts'
import { timerNeeded } from '../../../src/domain/incidents/timers.ts'
import type { ShownMessage } from '../../fakes/telegram/shown.ts'

type Incident = typeof incidents.$inferSelect

/**
 * Everything about incidents that is not as if nobody had ever pulled the plug, one line each: in the rows, and on
 * the screens of the chats that hear of them, by people who read English.
 *
 * @param messagesIn what stands in a chat of Telegram.
 * @param kills so many messages may stand in a chat twice: each kill may have come between sending and noting it.
 */
export const findAlertDamage = async (
  db: Database,
  { messagesIn, kills }: { messagesIn: (chat: number) => ShownMessage[]; kills: number },
): Promise<string[]> => {
  const rows = await readRows(db)
  return [
    ...rows.outbox
      .filter(({ state, version, deliveredVersion }) => state !== 'delivered' || version !== deliveredVersion)
      .map(({ key, state }) => `${key} is ${state}`),
    ...rows.pages.filter(({ settledAt }) => !settledAt).map(({ occasion }) => `${occasion} is not settled`),
    ...rows.incidents.flatMap((incident) => findInTimeline(incident, rows)),
    ...rows.incidents.flatMap((incident) => findInTimers(incident, rows)),
    ...twice(rows.incidents.flatMap(({ key, state }) => (state === 'resolved' ? [] : [key]))),
    ...rows.chats.flatMap((chat) => findOnScreen(chat, rows, { shown: messagesIn(chat.telegram), kills })),
  ]
}

const readRows = async (db: Database) => ({
  incidents: await db.select().from(incidents),
  events: await db.select().from(incidentEvents).orderBy(incidentEvents.seq),
  timers: await db.select().from(incidentTimers),
  pages: await db.select().from(pages),
  outbox: await db.select().from(outbox),
  chats: await subscribedChats(db),
})
type Rows = Awaited<ReturnType<typeof readRows>>

const subscribedChats = async (db: Database) => {
  const wishes = await db.select({ id: alertSubscriptions.conversationId }).from(alertSubscriptions)
  return (await db.select().from(conversations))
    .filter(({ id }) => wishes.some((wish) => wish.id === id))
    .map(({ id, key }) => ({ id, key, telegram: Number(key.split(':')[2]) }))
}

/** Each occasion called each person once, and what happens once happened once. */
const findInTimeline = ({ id, number, reopenings }: Incident, { events, pages }: Rows): string[] => {
  const own = events.filter(({ incidentId }) => incidentId === id)
  const called = own
    .filter(({ kind }) => kind === 'paged')
    .map(({ detail }) => `#${number}: ${detail.occasion} to ${detail.name}`)
  const paged = pages
    .filter(({ incidentId, userId }) => incidentId === id && userId !== null)
    .map(({ occasion, userId }) => `#${number}: ${occasion} to ${userId}`)
  const begun = own.filter(({ kind }) => kind === 'opened' || kind === 'reopened').length
  return [
    ...twice(called),
    ...twice(paged),
    ...(called.length === paged.length ? [] : [`#${number}: ${paged.length} calls, noted ${called.length}`]),
    ...(begun === 1 + reopenings ? [] : [`#${number} began ${begun} times`]),
  ]
}

const findInTimers = (incident: Incident, { timers }: Rows): string[] => {
  const found = timers.filter(({ incidentId }) => incidentId === incident.id).map(({ kind }) => kind)
  const wanted = timerNeeded(incident) ?? 'none'
  return (found.join() || 'none') === wanted
    ? []
    : [`#${incident.number} (${incident.state}) has the timers ${found.join() || 'none'}`]
}

/** Each incident has one message, which says what is so; a copy of any message is forgiven per kill. */
const findOnScreen = (
  chat: Rows['chats'][number],
  { incidents, outbox }: Rows,
  { shown, kills }: { shown: ShownMessage[]; kills: number },
): string[] => {
  const own = shown.filter((message) => message.own)
  const said = outbox.filter(({ conversationId }) => conversationId === chat.id)
  const known = said.flatMap(({ parts }) => parts.map(({ ref }) => ref))
  const copies = own.filter(({ ref }) => !known.includes(ref))
  // What was sent again shows what was so by then.
  const numbers = new Set(incidents.map(({ number }) => String(number)))
  return [
    ...incidents.flatMap((incident) => {
      const cards = said.filter(
        ({ content }) =>
          content.type === 'view' && content.view === 'incident' && content.args.id === incident.id,
      )
      const refs = cards.flatMap(({ parts }) => parts.map(({ ref }) => ref))
      const texts = own.filter(({ ref }) => refs.includes(ref)).map(({ text }) => text)
      return texts.length === 1 && texts.every((text) => tells(text, incident))
        ? []
        : [`#${incident.number} (${incident.state}) is shown in ${chat.key} as ${JSON.stringify(texts)}`]
    }),
    ...said
      .filter(({ parts, content }) => parts.length === 0 && !isForOne(content))
      .map(({ key }) => `${key} is not on the screen`),
    ...(copies.length > kills ? [`${copies.length} messages too many in ${chat.key}`] : []),
    ...copies
      .filter(({ text }) => !numbers.has(/#(\d+)/.exec(text)?.[1] ?? ''))
      .map(({ text }) => `nobody knows ${JSON.stringify(text)}`),
  ]
}

/** The answer to a press vanishes with it. */
const isForOne = (content: Rows['outbox'][number]['content']) =>
  content.type === 'notice' && content.onlyToReader === true

const { t } = createTexts()

const tells = (text: string, { number, state }: Incident): boolean => {
  const isOver = text.includes(t('en', 'incident-title-over', { number: String(number), what: '' }).trim())
  const hasSomebody = text.includes(t('en', 'incident-has-it', { who: '', when: '' }).trim())
  return isOver === (state === 'resolved') && hasSomebody === (state === 'acknowledged')
}

const twice = (names: readonly string[]): string[] =>
  [...new Set(names.filter((name, index) => names.indexOf(name) !== index))].map((name) => `twice: ${name}`)
