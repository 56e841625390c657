import type { WorkerView } from '../../domain/routing/workers.ts'
import type { Card } from '../chat.ts'
import type { Words } from '../words.ts'
import { commandButton } from './command-button.ts'
import { workName } from './decision-words.ts'
import { plain } from './plain.ts'
import { pageButtons, rowsOf } from './projects.ts'
import { span } from './span.ts'

export const WORKERS_PAGE_SIZE = 8

export interface WorkersCardData {
  workers: WorkerView[]
  page: number
  hasMore: boolean
}

/** The registry by pool: who is there, since when unheard of, with how much in hand, and what they can do (R-1). */
export const workersCard = (words: Words, { workers, page, hasMore }: WorkersCardData): Card => {
  const { t } = words
  const pools = [...new Set(workers.map(({ poolName }) => poolName))]
  return {
    title: t('workers-title'),
    tone: 'neutral',
    body:
      workers.length === 0
        ? t('workers-none')
        : pools
            .map((pool) => {
              const own = workers.filter(({ poolName }) => poolName === pool)
              return `**${t('workers-pool', { pool: plain(pool) })}**\n\n${own.map((one) => line(words, one)).join('\n')}`
            })
            .join('\n\n'),
    buttons: [
      ...rowsOf(workers.flatMap(({ name }) => commandButton(name, `/worker ${name}`))),
      pageButtons(words, 'workers', page, hasMore),
    ].filter((row) => row.length > 0),
    footer: page > 1 || hasMore ? t('page', { page: String(page) }) : undefined,
  }
}

const line = (words: Words, worker: WorkerView): string =>
  `- ${[
    `**${plain(worker.name)}**`,
    words.t(`worker-type-${worker.agentType}`),
    workerState(words, worker),
    heartbeatText(words, worker),
    words.t('worker-load', { load: loadText(words, worker) }),
    worker.capabilities.map((one) => plain(workName(words, one))).join(', '),
  ]
    .filter(Boolean)
    .join(' · ')}`

/** Draining says more than that it is online. */
export const workerState = ({ t }: Words, { status, draining }: WorkerView): string =>
  t(`worker-status-${draining && status !== 'offline' ? 'draining' : status}`)

export const heartbeatText = (words: Words, { heartbeatAgeMs }: WorkerView): string =>
  heartbeatAgeMs === undefined
    ? words.t('worker-signed-off')
    : words.t('worker-heartbeat', { age: span(words, Math.max(0, heartbeatAgeMs)) })

/** `3 of 20`, or `3` where there is no limit. */
export const loadText = ({ t, count }: Words, { load, concurrencyLimit }: WorkerView): string =>
  concurrencyLimit === null ? count(load) : t('worker-load-of', { load, limit: concurrencyLimit })
