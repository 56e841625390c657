import type { WorkerView } from '../../domain/routing/workers.ts'
import type { Card } from '../chat.ts'
import type { Words } from '../words.ts'
import { commandButton } from './command-button.ts'
import { outcomeName, workName } from './decision-words.ts'
import { oneLine } from './plain.ts'
import { heartbeatText, loadText, workerState } from './workers.ts'

export interface WorkerCardData {
  worker: WorkerView
  /** Whether the reader may drain and resume it. */
  mayManage: boolean
}

export const workerCard = (words: Words, { worker, mayManage }: WorkerCardData): Card => {
  const { t } = words
  const name = oneLine(worker.name)
  const works = (types: readonly string[]) => types.map((one) => oneLine(workName(words, one))).join(', ')
  const fields = [
    [t('field-state'), workerState(words, worker)],
    [t('field-type'), t(`worker-type-${worker.agentType}`)],
    [t('field-pool'), oneLine(worker.poolName)],
    [t('field-heartbeat'), heartbeatText(words, worker)],
    [t('field-in-hand'), loadText(words, worker)],
    [t('field-capabilities'), works(worker.capabilities)],
    [t('field-specializations'), works(worker.specializations)],
    [t('field-last-outcomes'), worker.lastOutcomes.map((one) => outcomeName(words, one)).join(', ')],
  ] as const
  return {
    title: name,
    tone: worker.status === 'offline' ? 'warning' : 'neutral',
    fields: fields.flatMap(([label, value]) => (value ? [{ label, value }] : [])),
    buttons: [
      [
        ...commandButton(t('button-decisions'), `/decisions ${name}`),
        ...(mayManage
          ? worker.draining
            ? commandButton(t('button-resume'), `/worker resume ${name}`, 'primary')
            : commandButton(t('button-drain'), `/worker drain ${name}`, 'danger')
          : []),
      ],
    ].filter((row) => row.length > 0),
  }
}
