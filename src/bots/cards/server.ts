import type { ServerDetails } from '../../domain/servers/overview.ts'
import { PROVISIONING_LACKS } from '../../domain/servers/to-provision.ts'
import type { Button, Card } from '../chat.ts'
import type { Words } from '../words.ts'
import { commandButton } from './command-button.ts'
import { oneLine, plain } from './plain.ts'
import { checkText, lackName, serverStatusName } from './server-words.ts'
import { span } from './span.ts'

export interface ServerCardData {
  details: ServerDetails
  /** Whether the reader may take it into maintenance. */
  mayManage: boolean
  /** Whether the reader may have it looked at. */
  mayCheck: boolean
  now: Date
}

/** One server: whether it answers and when that was seen, how full it is, what runs there, what was done to it. */
export const serverCard = (words: Words, data: ServerCardData): Card => {
  const { details, now } = data
  const { t } = words
  const { server, check } = details
  const field = (key: string, value: string | undefined) =>
    value ? [{ label: t(key), value: oneLine(value) }] : []
  const facts = check?.facts ?? {}
  const lacks = server.status === 'discovered' ? String(server.facts[PROVISIONING_LACKS] ?? '') : ''
  return {
    title: oneLine(server.name),
    tone: toneOf(details),
    body: [services(words, data), history(words, details)].filter(Boolean).join('\n\n'),
    fields: [
      ...field('field-state', serverStatusName(words, server.status)),
      ...field(
        'field-address',
        server.address &&
          `${server.sshUser}@${server.address}${server.sshPort === 22 ? '' : `:${server.sshPort}`}`,
      ),
      ...field('server-field-check', checkText(words, check, now)),
      ...field('server-field-disk', percent(facts.diskUsedPercent)),
      ...field('server-field-memory', percent(facts.memoryUsedPercent)),
      ...field(
        'server-field-load',
        facts.loadPerCpu === undefined ? undefined : words.count(facts.loadPerCpu),
      ),
      ...field('server-field-certificate', certificate(words, details, now)),
      ...field(
        'server-field-waits',
        lacks
          .split(' ')
          .filter(Boolean)
          .map((lack) => lackName(words, lack))
          .join(', '),
      ),
      ...field('server-field-source', sourceText(details)),
    ],
    buttons: [buttons(words, data)].filter((row) => row.length > 0),
  }
}

const toneOf = ({ server, check }: ServerDetails): Card['tone'] => {
  if (server.status === 'maintenance' || server.status === 'retired') return 'neutral'
  if (server.status === 'error' || server.status === 'unreachable' || check?.state === 'failing')
    return 'danger'
  return check?.state === 'ok' ? 'success' : 'neutral'
}

const percent = (value: number | undefined): string | undefined =>
  value === undefined ? undefined : `${value} %`

/** The certificate that ends first. */
const certificate = (words: Words, { services: all }: ServerDetails, now: Date): string | undefined => {
  const [first] = all.flatMap(({ check }) => check.facts.tlsExpiresAt ?? []).toSorted()
  if (first === undefined) return undefined
  const leftMs = new Date(first).getTime() - now.getTime()
  return leftMs <= 0
    ? words.t('server-certificate-ended')
    : words.t('server-certificate-left', { left: span(words, leftMs) })
}

/** Where it is known from, and what is told there. */
const sourceText = ({ server: { source, facts } }: ServerDetails): string =>
  [
    source,
    ...Object.entries(facts)
      .filter(([name]) => name !== PROVISIONING_LACKS)
      .map(([name, value]) => `${name}: ${value}`),
  ].join(' · ')

const services = (words: Words, { details, now }: ServerCardData): string =>
  details.services
    .map(
      ({ check, project }) => `- **${plain(project ?? check.key)}** · ${plain(checkText(words, check, now))}`,
    )
    .join('\n')

const history = (words: Words, { events }: ServerDetails): string => {
  if (events.length === 0) return ''
  const lines = events.map(
    ({ at, to, reason }) => `- ${words.time(at)} · ${serverStatusName(words, to)} · ${plain(reason)}`,
  )
  return `**${words.t('server-history')}**\n\n${lines.join('\n')}`
}

const buttons = ({ t }: Words, { details: { server }, mayManage, mayCheck }: ServerCardData): Button[] => {
  const { name, status } = server
  if (status === 'retired') return []
  return [
    ...(mayCheck ? commandButton(t('server-button-check'), `/server check ${name}`) : []),
    ...(mayManage && status === 'maintenance'
      ? commandButton(t('server-button-resume'), `/server resume ${name}`, 'primary')
      : []),
    ...(mayManage && status !== 'maintenance' && status !== 'provisioning'
      ? commandButton(t('server-button-maintenance'), `/server maintenance ${name}`)
      : []),
  ]
}
