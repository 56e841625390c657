import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Lang } from '../../src/db/schema/users.ts'
import { heal } from '../../src/domain/incidents/heal.ts'
import { type Finding, report } from '../../src/domain/incidents/report.ts'
import { waitFor } from '../support/wait-for.ts'
import { type Shown, sees } from './seats/seat.ts'
import { openWorld, type Surface, type World } from './world.ts'

/** Something breaks, is noticed, taken, and over: the same on every platform, seen by one person. */
export const incidentsOn = (surface: Surface, lang: Lang): void => {
  describe(`incidents on ${surface} in ${lang}`, () => {
    let world: World
    beforeAll(async () => {
      world = await openWorld(surface, { lang })
      // That nobody is on call would be one more incident, once something critical is left alone for a moment.
      world.ann.command(`/oncall set daily at 00:00 UTC: ${world.annsName}`)
      await sees(world.ann, t('on-call-said-set'))
    })
    afterAll(() => world[Symbol.asyncDispose]())

    const t: World['t'] = (key, args) => world.t(key, args)
    const inPlainText = (text: string) => text.replaceAll('*', '').replaceAll('`', '')

    const breaks = async (subject: string, finding: Partial<Finding> = {}) => {
      const { app } = world.test
      const { incident } = await app.db.transaction((tx) =>
        report(tx, {
          kind: 'service_unhealthy',
          key: `service_unhealthy:${subject}`,
          severity: 'warning',
          subject,
          facts: { target: 'GET http://x/', reason: 'connection refused', failures: 3 },
          now: new Date(),
          ...finding,
        }),
      )
      return incident
    }
    const recovers = async (subject: string) => {
      const { app } = world.test
      const key = `service_unhealthy:${subject}`
      await app.db.transaction((tx) => heal(tx, { key, now: new Date() }))
    }
    const button = (name: string, args?: Record<string, string | number>) =>
      t(`button-incident-${name}`, args)
    /** The message as it becomes, in place. At a console an edit may be a message of its own. */
    const becomes = (message: Shown, words: string) =>
      surface === 'console'
        ? sees(world.ann, words)
        : waitFor(() => {
            const shown = world.ann.screen().find(({ ref }) => ref === message.ref)
            expect(shown?.text).toContain(words)
            return shown
          }, `the card to say ${words}`)

    it('are told to a chat that asked for it, taken by a press, and end in the same message', async () => {
      const { ann, annsName } = world
      ann.command('/alerts on all')
      await sees(ann, t('alerts-all-info'))
      const { number } = await breaks('url-shortener')
      const what = t('incident-what-service-unhealthy', { subject: 'url-shortener' })
      const card = await sees(ann, t('incident-title', { number: String(number), what }))
      expect(card.text).toContain('GET http://x/ → connection refused')
      await ann.presses(button('ack'))
      await becomes(card, t('incident-has-it', { who: annsName, when: '' }).trim())
      await recovers('url-shortener')
      await becomes(card, t('incident-title-over', { number: String(number), what }))
    })

    it('are silenced, resolved and reopened from the card', async () => {
      const { ann } = world
      const { number } = await breaks('guestbook')
      const what = t('incident-what-service-unhealthy', { subject: 'guestbook' })
      const card = await sees(ann, t('incident-title', { number: String(number), what }))
      await ann.presses(button('silence', { hours: 4 }))
      await becomes(card, t('incident-silenced', { until: '', who: '' }).split(' ')[0] ?? '')
      await ann.presses(button('resolve'))
      const over = t('incident-title-over', { number: String(number), what })
      await becomes(card, over)
      await ann.presses(button('reopen'))
      await becomes(card, t('incident-reopenings', { count: 1 }))
      ann.command(`/resolve ${number}`)
      await sees(ann, inPlainText(t('incident-did-resolve', { number: String(number) })))
      await becomes(card, over)
    })

    it('that nobody looks at are reported by hand, and their timeline tells what comes next', async () => {
      const { ann } = world
      ann.command('/incident new people cannot log in')
      const card = await sees(ann, /people cannot log in/)
      const number = /#(\d+)/.exec(card.text)?.[1] ?? ''
      ann.command(`/incident ${number}`)
      const timeline = await sees(ann, t('timeline-past'))
      expect(timeline.text).toContain(t('event-opened', { severity: t('severity-critical') }))
      ann.command(`/ack ${number}`)
      await sees(ann, inPlainText(t('incident-did-ack', { number })))
      ann.command(`/resolve ${number}`)
      await sees(ann, inPlainText(t('incident-did-resolve', { number })))
    })

    it('that come all at once are one digest, which empties in place', async () => {
      const { ann } = world
      for (let n = 0; n < 25; n += 1) await breaks(`service-${n}`)
      // What was told in the minute before is in it, too.
      const totals = [25, 26, 27, 28]
      const digest = await sees(ann, ({ text }) =>
        totals.some((count) => text.includes(t('digest-title', { count }))),
      )
      for (let n = 0; n < 25; n += 1) await recovers(`service-${n}`)
      await becomes(digest, t('digest-title-over', { count: 0 }).split('0')[1]?.trim() ?? '')
      ann.command('/incidents')
      await sees(ann, t('incidents-none'))
      ann.command('/alerts off')
      await sees(ann, t('alerts-title-off'))
    })
  })
}
