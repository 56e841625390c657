import { describe, expect, test } from 'vitest'
import { alertsCard } from '../../../src/bots/cards/alerts.ts'
import { digestCard } from '../../../src/bots/cards/digest.ts'
import { type IncidentCardData, incidentCard } from '../../../src/bots/cards/incident.ts'
import { incidentCallCard } from '../../../src/bots/cards/incident-call.ts'
import { incidentPeopleCard } from '../../../src/bots/cards/incident-people.ts'
import { incidentTimelineCard } from '../../../src/bots/cards/incident-timeline.ts'
import { incidentsCard } from '../../../src/bots/cards/incidents.ts'
import type { Card } from '../../../src/bots/chat.ts'
import { incidentAction, parseIncidentClick } from '../../../src/bots/incident-action-ids.ts'
import { createTexts, LANGS } from '../../../src/bots/texts.ts'
import { createWords, type Words } from '../../../src/bots/words.ts'
import type { IncidentEventKind, IncidentFacts, IncidentKind } from '../../../src/db/shapes/incident.ts'
import type { Incident } from '../../../src/domain/incidents/incident.ts'
import type { IncidentEvent } from '../../../src/domain/incidents/timeline.ts'
import { drawn } from '../commands/drawn.ts'

const ID = '6e1b0a52-7f0e-4a30-9d6a-0c2f51f0f8d1'
const ANNA = '0a1b2c3d-7f0e-4a30-9d6a-0c2f51f0f8d1'
const BORIS = '1b2c3d4e-7f0e-4a30-9d6a-0c2f51f0f8d1'
const at = (time: string) => new Date(`2030-01-01T${time}Z`)
const now = at('14:10:00')
const names = new Map([
  [ANNA, 'Anna'],
  [BORIS, 'Борис *звезда*'],
])
const wordsIn = (lang: Words['lang']) => createWords(createTexts(), lang, { now, timeZone: 'UTC' })

const incident = (change: Partial<Incident> = {}): Incident => ({
  id: ID,
  number: 42,
  key: `service_unhealthy:${ID}`,
  kind: 'service_unhealthy',
  severity: 'critical',
  state: 'open',
  version: 3,
  subject: 'url-shortener',
  facts: {
    target: 'GET http://127.0.0.1:8001/',
    reason: 'connection refused',
    failures: 3,
    lastOkAt: '2030-01-01T14:02:41Z',
  },
  projectId: ID,
  serverId: null,
  runId: null,
  parentId: null,
  occurrences: 3,
  reopenings: 0,
  openedAt: at('14:03:00'),
  lastSeenAt: at('14:09:00'),
  assigneeId: null,
  acknowledgedBy: null,
  acknowledgedAt: null,
  silencedUntil: null,
  silencedBy: null,
  resolvedAt: null,
  resolvedBy: null,
  resolution: null,
  note: null,
  escalation: null,
  recoveryAttempts: 0,
  ...change,
})

const data = (change: Partial<Incident> = {}, more: Partial<IncidentCardData> = {}): IncidentCardData => ({
  incident: incident(change),
  names,
  parent: undefined,
  explains: 0,
  called: [],
  next: undefined,
  fixing: false,
  now,
  ...more,
})

const ANNA_CALLED = { userId: ANNA, name: 'Anna', accounts: { telegram: '7', slack: 'UANNA' } }
const BORIS_CALLED = { userId: BORIS, name: 'Борис *звезда*\n', accounts: {} }

const acknowledged = { state: 'acknowledged', acknowledgedBy: ANNA, acknowledgedAt: at('14:05:00') } as const
const resolved = { state: 'resolved', resolution: 'healed', resolvedAt: at('14:09:00') } as const

const OF_KINDS: Record<
  IncidentKind,
  { subject?: string; severity?: 'warning' | 'info'; facts: IncidentFacts }
> = {
  repo_missing: { facts: { source: 'github', repository: 'acme/url-shortener' } },
  repo_unreachable: {
    severity: 'warning',
    facts: { repository: 'acme/url-shortener', status: 451, reason: 'unavailable for legal reasons' },
  },
  server_down: {
    subject: 'web-1',
    facts: { target: 'ssh web-1:22', reason: 'timed out after 5 s', failures: 5, lastOkAt: null },
  },
  provider_outage: { subject: 'acme', facts: { source: 'github', vanished: 12, known: 14 } },
  service_unhealthy: {
    facts: { target: 'GET http://x/', reason: 'HTTP 500 <b>`oops`</b>\nsecond line', failures: 1 },
  },
  tls_expiring: {
    severity: 'warning',
    facts: { target: 'https://x/', tlsExpiresAt: '2030-01-09T00:00:00Z' },
  },
  disk_full: {
    subject: 'web-1',
    severity: 'warning',
    facts: { target: 'ssh web-1:22', diskUsedPercent: 91 },
  },
  deploy_failed: { facts: { reason: 'the port is taken' } },
  run_failed: { severity: 'warning', facts: {} },
  agent_stuck: { subject: 'Architect', facts: { reason: 'nothing for 20 min' } },
  worker_lost: { subject: 'build-1', severity: 'warning', facts: {} },
  sync_failing: {
    subject: 'github_sync',
    severity: 'warning',
    facts: { job: 'github_sync', failures: 3, reason: 'bad credentials' },
  },
  delivery_failing: { subject: 'Anna', severity: 'warning', facts: { userId: ANNA } },
  nobody_on_call: { severity: 'warning', facts: {} },
  manual: { subject: 'people *cannot* log in', severity: 'info', facts: { by: 'Anna' } },
}

const event = (
  kind: IncidentEventKind,
  time: string,
  detail: IncidentFacts = {},
  who?: string,
): IncidentEvent => ({
  id: ID,
  incidentId: ID,
  seq: 1,
  kind,
  actor: who ?? 'system',
  userId: who === undefined ? null : ANNA,
  surface: who === undefined ? 'system' : 'telegram',
  detail,
  at: at(time),
})

const EVENTS: IncidentEvent[] = [
  event('opened', '14:03:00', { severity: 'warning', reason: 'connection refused' }),
  event('again', '14:03:10', { occurrences: 2 }),
  event('worse', '14:03:20', { from: 'warning', to: 'critical' }),
  event('nobody_to_page', '14:03:20'),
  event('paged', '14:03:21', { step: 'person', userId: ANNA, name: 'Anna' }),
  event('page_failed', '14:03:30', { name: 'Борис', reason: 'nowhere' }),
  event('acknowledged', '14:05:00', {}, 'Anna'),
  event('assigned', '14:05:10', { to: 'Борис' }, 'Anna'),
  event('note', '14:05:20', { note: 'disk *full*?' }, 'Anna'),
  event('unacknowledged', '14:05:30', {}, 'Anna'),
  event('silenced', '14:06:00', { until: '2030-01-01T15:06:00Z' }, 'Anna'),
  event('unsilenced', '14:07:00'),
  event('recovery_started', '14:07:10', { attempt: 1 }, 'Anna'),
  event('recovery_step', '14:07:20', {
    attempt: 1,
    step: 'proposed',
    steps: 'restart_service, redeploy_version 3f2a',
    why: 'it ran out of memory',
  }),
  event('recovery_step', '14:07:30', { attempt: 1, step: 'asked', approval: 7 }),
  event('recovery_ended', '14:08:00', { outcome: 'failed', reason: 'it still does not answer' }),
  event('escalation_ended', '14:08:10'),
  event('resolved', '14:08:20', { note: 'turned it off and on' }, 'Anna'),
  event('reopened', '14:08:30', { reopenings: 1 }),
]

const CARDS: Record<string, (words: Words) => Card> = {
  'just noticed': (w) =>
    incidentCard(w, data({}, { next: { at: at('14:10:05'), what: { kind: 'on_call' } } })),
  'somebody was called': (w) =>
    incidentCard(
      w,
      data(
        { reopenings: 2, assigneeId: BORIS },
        {
          called: [ANNA_CALLED],
          explains: 3,
          next: { at: at('14:15:00'), what: { kind: 'person', userId: BORIS, name: 'Борис' } },
        },
      ),
    ),
  'people were called, in a group': (w) =>
    incidentCard(w, data({}, { called: [ANNA_CALLED, BORIS_CALLED] }), { callsOn: 'slack' }),
  'somebody has it, in a group': (w) => incidentCard(w, data(acknowledged), { callsOn: 'slack' }),
  'a line that calls': (w) => incidentCallCard(w, data({}, { called: [ANNA_CALLED] }), 'telegram'),
  'a line that comes when somebody has it': (w) => incidentCallCard(w, data(acknowledged), 'telegram'),
  'somebody has it, and a repair is under way': (w) =>
    incidentCard(
      w,
      data(acknowledged, {
        fixing: true,
        next: { at: at('15:05:00'), what: { kind: 'remind', userId: ANNA, name: 'Anna' } },
      }),
    ),
  silenced: (w) =>
    incidentCard(w, data({ state: 'silenced', silencedUntil: at('18:00:00'), silencedBy: BORIS })),
  'part of a bigger one': (w) => incidentCard(w, data({ parentId: ID }, { parent: 41 })),
  'recovered by itself': (w) => incidentCard(w, data(resolved)),
  'resolved by somebody': (w) =>
    incidentCard(w, data({ ...resolved, resolution: 'person', resolvedBy: BORIS, note: 'restarted `it`' })),
  repaired: (w) => incidentCard(w, data({ ...resolved, resolution: 'recovery' })),
  'nobody on call at all': (w) =>
    incidentCard(
      w,
      data({ kind: 'nobody_on_call', severity: 'warning', projectId: null, facts: {}, occurrences: 1 }),
    ),
  ...Object.fromEntries(
    Object.entries(OF_KINDS).map(([kind, { subject = 'url-shortener', severity, facts }]) => [
      `of the kind ${kind}`,
      (w: Words) =>
        incidentCard(
          w,
          data({
            kind: kind as IncidentKind,
            subject,
            severity: severity ?? 'critical',
            facts,
            occurrences: 1,
          }),
        ),
    ]),
  ),
  'the timeline': (w) =>
    incidentTimelineCard(w, {
      ...data({ reopenings: 1 }),
      events: EVENTS,
      upcoming: [
        { at: at('14:09:59'), what: { kind: 'on_call' } },
        { at: at('14:14:00'), what: { kind: 'person', userId: BORIS, name: 'Борис' } },
        { at: at('14:24:00'), what: { kind: 'chat', conversationId: ID } },
        { at: at('14:34:00'), what: { kind: 'escalation_ends' } },
      ],
    }),
  'the timeline of what has many events': (w) =>
    incidentTimelineCard(w, {
      ...data(acknowledged),
      events: Array.from({ length: 25 }, (_, n) => event('again', '14:04:00', { occurrences: 2 ** n })),
      upcoming: [{ at: at('15:05:00'), what: { kind: 'remind', userId: ANNA, name: 'Anna' } }],
    }),
  'what is wrong': (w) =>
    incidentsCard(w, {
      incidents: [
        incident(),
        incident({ number: 43, severity: 'warning', ...acknowledged }),
        incident({
          number: 44,
          kind: 'disk_full',
          subject: 'web_1',
          state: 'silenced',
          silencedUntil: at('18:00:00'),
        }),
        incident({ number: 45, parentId: ID }),
      ],
      names,
      page: 1,
      hasMore: true,
      filter: undefined,
      now,
    }),
  'everything that was ever wrong with a project': (w) =>
    incidentsCard(w, {
      incidents: [incident(resolved)],
      names,
      page: 2,
      hasMore: false,
      filter: 'url-shortener',
      now,
    }),
  'nothing is wrong': (w) =>
    incidentsCard(w, { incidents: [], names, page: 1, hasMore: false, filter: undefined, now }),
  'a storm': (w) =>
    digestCard(w, {
      worst: Array.from({ length: 10 }, (_, n) => incident({ number: 50 + n, subject: `service-${n}` })),
      names,
      counts: { critical: 21, warning: 460, info: 1, acknowledged: 2, resolved: 18 },
      since: at('14:03:00'),
      now,
    }),
  'a storm that is over': (w) =>
    digestCard(w, {
      worst: [],
      names,
      counts: { critical: 0, warning: 0, info: 0, acknowledged: 0, resolved: 500 },
      since: at('14:03:00'),
      now,
    }),
  'what a chat hears of': (w) =>
    alertsCard(w, {
      subscriptions: [
        { project: undefined, least: 'critical' },
        { project: 'url-shortener', least: 'info' },
      ],
      open: 2,
      mayChange: true,
    }),
  'a chat that hears of nothing': (w) => alertsCard(w, { subscriptions: [], open: 0, mayChange: true }),
  'a chat that hears of nothing, to a viewer': (w) =>
    alertsCard(w, { subscriptions: [], open: 1, mayChange: false }),
  'to whom it can be given': (w) =>
    incidentPeopleCard(w, {
      incident: incident(),
      people: [
        { id: ANNA, name: 'Anna', onCall: true },
        { id: BORIS, name: 'Борис', onCall: false },
        ...Array.from({ length: 10 }, (_, n) => ({ id: ID, name: `Person ${n}`, onCall: false })),
      ],
      assignee: 'Boris',
    }),
}

test.each(LANGS)('the cards of incidents in %s', async (lang) => {
  const cards = Object.entries(CARDS).map(
    ([name, draw]) => `== ${name}\n\n${drawn({ card: draw(wordsIn(lang)) })}`,
  )
  await expect(`${cards.join('\n\n')}\n`).toMatchFileSnapshot(`golden/incidents-${lang}.txt`)
})

describe('a button of an incident', () => {
  test('fits into Telegram’s 64 bytes, with any version', () => {
    const words = wordsIn('ru')
    const cards = Object.values(CARDS).map((draw) => draw(words))
    const far = incidentPeopleCard(words, {
      incident: incident({ version: 999_999_999 }),
      people: [{ id: ANNA, name: 'Anna', onCall: false }],
      assignee: undefined,
    })
    for (const { action } of [...cards, far].flatMap((card) => card.buttons?.flat() ?? []))
      expect(Buffer.byteLength(action)).toBeLessThanOrEqual(60)
  })

  test('comes back as what it was', () => {
    for (const click of [
      { verb: 'ack', id: ID, version: 3 },
      { verb: 'silence', id: ID, version: 12, arg: '240' },
      { verb: 'assign', id: ID, version: 12, arg: '0a1b2c3d' },
    ] as const)
      expect(parseIncidentClick(incidentAction(click).split(':').slice(1))).toEqual(click)
  })

  test.each([
    'incident:ack',
    'incident:ack:short:1',
    'incident:ack:bhsKUn8OSjCdagwvUfD40Q:0',
    'incident:ack:bhsKUn8OSjCdagwvUfD40Q:1:60',
    'incident:silence:bhsKUn8OSjCdagwvUfD40Q:1',
    'incident:silence:bhsKUn8OSjCdagwvUfD40Q:1:-5',
    'incident:assign:bhsKUn8OSjCdagwvUfD40Q:1:Anna',
    'incident:explode:bhsKUn8OSjCdagwvUfD40Q:1',
  ])('that no card ever had means nothing: %s', (action) => {
    expect(parseIncidentClick(action.split(':').slice(1))).toBeUndefined()
  })
})
