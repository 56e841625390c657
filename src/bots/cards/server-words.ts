import type { ServerStatus } from '../../db/shapes/server.ts'
import type { Check } from '../../domain/checks/check.ts'
import type { Lack } from '../../domain/servers/to-provision.ts'
import type { Words } from '../words.ts'
import { oneLine } from './plain.ts'
import { span } from './span.ts'

const STATUS: Record<ServerStatus, string> = {
  discovered: 'server-status-discovered',
  provisioning: 'server-status-provisioning',
  ready: 'server-status-ready',
  error: 'server-status-error',
  unreachable: 'server-status-unreachable',
  maintenance: 'server-status-maintenance',
  retired: 'server-status-retired',
}

const LACK: Record<Lack, string> = {
  address: 'server-lack-address',
  ssh_key: 'server-lack-ssh-key',
  answer: 'server-lack-answer',
  way_in: 'server-lack-way-in',
}

export const serverStatusName = ({ t }: Pick<Words, 't'>, status: ServerStatus): string => t(STATUS[status])

export const lackName = ({ t }: Pick<Words, 't'>, lack: string): string =>
  lack in LACK ? t(LACK[lack as Lack]) : lack

/** `answers in 12 ms · looked at 30 s ago`; of what does not answer also since when, and why. */
export const checkText = (words: Words, check: Check | undefined, now: Date): string => {
  const { t, time } = words
  if (!check) return t('server-check-none')
  if (!check.enabled) return t('server-check-off')
  const { state, lastCheckedAt, lastOkAt, lastError, latencyMs } = check
  if (!lastCheckedAt) return t('server-check-first')
  const freshness = t('server-check-age', {
    age: span(words, Math.max(0, now.getTime() - lastCheckedAt.getTime())),
  })
  const isWell = check.failures === 0
  const how = isWell
    ? t('server-check-ok', { ms: latencyMs ?? 0 })
    : state === 'failing'
      ? t('server-check-failing', { failures: check.failures })
      : t('server-check-doubtful', { failures: check.failures })
  const why = lastError ? oneLine(lastError) : ''
  const since = isWell || !lastOkAt ? '' : t('server-check-last-ok', { time: time(lastOkAt) })
  return [how, why, since, freshness].filter(Boolean).join(' · ')
}
