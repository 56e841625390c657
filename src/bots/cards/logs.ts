import type { Card } from '../chat.ts'
import type { Words } from '../words.ts'
import { fenced } from './fenced.ts'
import { oneLine } from './plain.ts'

/** The last lines of a service's log, as it wrote them. */
export const logsCard = ({ t }: Words, { name, logs }: { name: string; logs: string }): Card => ({
  title: t('logs-title', { project: oneLine(name) }),
  tone: 'neutral',
  body: logs.trim() === '' ? t('logs-none') : fenced(logs),
})
