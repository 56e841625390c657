import { z } from 'zod'

/** Everything the recovery can do (M-13). There is no step that takes a command. */
export const REPAIR_STEPS = [
  'restart_service',
  'redeploy_version',
  'recreate_repository',
  'mark_server_for_provisioning',
  'nothing',
] as const

/** As long as a commit's name can be. */
const VERSION_MAX_CHARS = 64
const WHY_MAX_CHARS = 600
const STEPS_MAX = 3

export const repairStep = z.discriminatedUnion('do', [
  z.strictObject({ do: z.literal('restart_service') }),
  z.strictObject({
    do: z.literal('redeploy_version'),
    version: z.string().min(1).max(VERSION_MAX_CHARS).describe('One of the good versions of the diagnosis.'),
  }),
  z.strictObject({ do: z.literal('recreate_repository') }),
  z.strictObject({ do: z.literal('mark_server_for_provisioning') }),
  z.strictObject({ do: z.literal('nothing') }),
])
export type RepairStep = z.infer<typeof repairStep>

/** What is to be done about an incident. What is risky is decided by what it does to what runs, not by this word alone. */
export const repairProposal = z.strictObject({
  steps: z
    .array(repairStep)
    .min(1)
    .max(STEPS_MAX)
    .describe('In this order. "nothing" stands alone: when no other step could help.'),
  why: z
    .string()
    .min(1)
    .max(WHY_MAX_CHARS)
    .describe('What is wrong and why this helps, in one or two sentences of the language you are told.'),
  risk: z.enum(['low', 'high']).describe('high: ask a person first.'),
})
export type RepairProposal = z.infer<typeof repairProposal>

/** For timelines: `restart_service`, `redeploy_version 3f2a`. */
export const stepLabel = (step: RepairStep): string =>
  step.do === 'redeploy_version' ? `${step.do} ${step.version}` : step.do

/** What the handler of the work type `recover` reads. */
export const recoverInput = z.object({
  incidentId: z.string(),
  /** Counted from 1, over the life of the incident. */
  attempt: z.number(),
  lang: z.enum(['en', 'ru']),
  /** The question that was answered, when somebody had to be asked. */
  approvalId: z.string().optional(),
  /** Written down as soon as there is one: after a crash the same is done. */
  proposal: repairProposal.optional(),
})
export type RecoverInput = z.infer<typeof recoverInput>

/** How an attempt ended. */
export const RECOVERY_OUTCOMES = [
  'repaired' /** verified: the incident is resolved */,
  'failed' /** done, and it is still wrong */,
  'unsure' /** done, and only a person can tell whether that was it */,
  'handed_over' /** somebody else goes on: the provisioning */,
  'nothing' /** no step could help */,
  'declined' /** a person said no, or nobody answered in time */,
  'forbidden' /** who wanted it may not any more */,
  'nobody_to_ask' /** it had to be asked, and there is no chat to ask in */,
  'over' /** the incident was resolved meanwhile */,
  'broke' /** the attempt itself broke off */,
] as const
export type RecoveryOutcome = (typeof RECOVERY_OUTCOMES)[number]
