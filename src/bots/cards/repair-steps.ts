import { z } from 'zod'
import { REPAIR_STEPS } from '../../domain/recovery/repair.ts'
import type { Words } from '../words.ts'
import { plain } from './plain.ts'

/** What a question about a repair names: each step, and what a repository would be made of. */
export const repairFacts = z.object({
  steps: z
    .array(z.object({ do: z.enum(REPAIR_STEPS), version: z.string().optional().catch(undefined) }))
    .catch([]),
  remains: z
    .object({ kind: z.enum(['work_tree', 'release']), at: z.iso.datetime() })
    .optional()
    .catch(undefined),
})
export type RepairFacts = z.infer<typeof repairFacts>

/** What would be done, a line each, and what would be lost. Markdown. */
export const repairMarkdown = ({ t, time }: Words, { steps, remains }: RepairFacts): string => {
  const line = ({ do: name, version = '' }: RepairFacts['steps'][number]): string => {
    switch (name) {
      case 'restart_service':
        return t('approval-recovery-step-restart')
      case 'redeploy_version':
        return t('approval-recovery-step-redeploy', { version: plain(version) })
      case 'recreate_repository':
        return t('approval-recovery-step-repository')
      case 'mark_server_for_provisioning':
        return t('approval-recovery-step-server')
      case 'nothing':
        return ''
      default:
        return name satisfies never
    }
  }
  const lost =
    remains?.kind === 'work_tree'
      ? t('approval-recovery-remains-work-tree', { when: time(new Date(remains.at)) })
      : remains && t('approval-recovery-remains-release')
  return [steps.map((step) => `- ${line(step)}`).join('\n'), lost].filter(Boolean).join('\n\n')
}
