import { NO_CHANGE, type SyncJob, type SyncRun } from '../../domain/sync/sync-jobs.ts'
import type { Card } from '../chat.ts'
import type { Words } from '../words.ts'
import { commandButton } from './command-button.ts'
import { clip, oneLine, plain } from './plain.ts'
import { rowsOf } from './projects.ts'

export interface SyncCardData {
  jobs: SyncJob[]
  /** The last runs that found something or failed, of all jobs; the newest first. */
  runs: SyncRun[]
  /** Whether the reader may have one run now. */
  mayRun: boolean
}

/** Worth a button: what people wait for. The rest runs every few seconds anyway. */
const RUN_BY_BUTTON: readonly string[] = [
  'github_sync',
  'local_sync',
  'server_sync',
  'health_checker',
  'on_call',
]
const ERROR_SHOWN_MAX = 160
/** In the order in which they are told. */
export const COUNTED = [
  'discovered',
  'updated',
  'changed',
  'missing',
  'unreachable',
  'healed',
  'returned',
  'retired',
  'failing',
  'recovered',
  'failed',
  'deliveries',
  'done',
  'noted',
  'lost',
  'overdue',
  'orphans',
  'gaps',
  'begun',
]

/** What happens by itself: how it went last, when it is next, and what it changed (M-4). */
export const syncCard = (words: Words, { jobs, runs, mayRun }: SyncCardData): Card => {
  const { t } = words
  return {
    title: t('sync-title'),
    tone: jobs.some(({ failures }) => failures > 0) ? 'warning' : 'neutral',
    body:
      jobs.length === 0
        ? t('sync-none')
        : [
            jobs.map((job) => `- ${jobLine(words, job)}`).join('\n'),
            runs.length > 0 &&
              `**${t('sync-last-changes')}**\n\n${runs.map((run) => `- ${runLine(words, run)}`).join('\n')}`,
          ]
            .filter(Boolean)
            .join('\n\n'),
    buttons: mayRun
      ? rowsOf(
          jobs
            .filter(({ name }) => RUN_BY_BUTTON.includes(name))
            .flatMap(({ name }) => commandButton(t('sync-button-run', { name }), `/sync run ${name}`)),
        )
      : [],
  }
}

const jobLine = (
  words: Words,
  { name, failures, lastError, lastSuccessAt, nextAt, summary }: SyncJob,
): string => {
  const { t, time } = words
  return [
    `**${plain(name)}**`,
    failures > 0
      ? t('sync-failing', { failures, reason: plain(clip(oneLine(lastError ?? ''), ERROR_SHOWN_MAX)) })
      : '',
    lastSuccessAt ? t('sync-last-ok', { time: time(lastSuccessAt) }) : t('sync-never-ok'),
    failures === 0 ? changesText(words, summary) : '',
    nextAt ? t('sync-next', { time: time(nextAt) }) : '',
  ]
    .filter(Boolean)
    .join(' · ')
}

const runLine = (words: Words, { name, startedAt, ok, error, summary }: SyncRun): string =>
  [
    words.time(startedAt),
    plain(name),
    ok
      ? changesText(words, summary)
      : words.t('sync-run-failed', { reason: plain(clip(oneLine(error ?? ''), ERROR_SHOWN_MAX)) }),
  ]
    .filter(Boolean)
    .join(' · ')

/** `2 found, 1 missing`, in this order; empty when nothing came of it. */
const changesText = ({ t }: Words, summary: Record<string, number>): string => {
  const others = Object.keys(summary).filter((key) => !COUNTED.includes(key) && !NO_CHANGE.includes(key))
  return [...COUNTED, ...others.sort()]
    .map((key) => ({ key, count: summary[key] ?? 0 }))
    .filter(({ count }) => count > 0)
    .map(({ key, count }) =>
      COUNTED.includes(key) ? t(`sync-count-${key}`, { count }) : `${count} ${plain(key)}`,
    )
    .join(', ')
}
