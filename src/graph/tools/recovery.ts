import { z } from 'zod'
import { type RepairProposal, repairProposal } from '../../domain/recovery/repair.ts'
import { AppError } from '../../errors.ts'
import { untrusted } from '../untrusted.ts'
import { defineTool } from './tool.ts'

const LOG_LINES_MAX = 300

/** What the tools of a recovery work on. */
export interface RecoveryScope {
  /** The newest lines that the service wrote. */
  log(lines: number): Promise<string>
  /** How everything is now, as JSON. */
  look(): Promise<string>
  /** Why a proposal cannot be carried out. */
  objection(proposal: RepairProposal): string | undefined
  onProposal(proposal: RepairProposal): void
}

/** What the devops agent may do about an incident (M-13): look, and propose steps from a closed list. */
export const RECOVERY_TOOLS = [
  defineTool({
    name: 'read_recovery_log',
    description: 'Reads the newest lines that the service in question wrote, oldest first.',
    schema: z.object({ lines: z.int().min(1).max(LOG_LINES_MAX).default(100) }),
    risk: 'LOW',
    run: async ({ lines }, scope: RecoveryScope) => untrusted('log', (await scope.log(lines)) || '(nothing)'),
  }),

  defineTool({
    name: 'look_again',
    description:
      'Looks at the service, the repository and the server in question once more, as they are now.',
    schema: z.object({}),
    risk: 'LOW',
    run: async (_args, scope: RecoveryScope) => untrusted('diagnosis', await scope.look()),
  }),

  defineTool({
    name: 'propose_repair',
    description:
      'Says what is to be done. Ends your work. Each step is checked against the facts; what is risky is put before a person.',
    schema: repairProposal,
    risk: 'LOW',
    exclusive: true,
    run: async (proposal, scope: RecoveryScope) => {
      const objection = scope.objection(proposal)
      if (objection) throw new AppError('invalid', objection)
      scope.onProposal(proposal)
      return 'Taken.'
    },
  }),
]
