import type { RepairProposal, RepairStep } from '../../domain/recovery/repair.ts'
import type { Text } from '../models/offline/spec.ts'
import type { Diagnosis } from './recover-diagnosis.ts'
import { OBJECTIONS } from './recover-words.ts'

/**
 * Why a proposal cannot be carried out, for whoever made it and for whoever reads of it; undefined when it can. What a model proposes is believed
 * in nothing: each step is held against what was found.
 */
export const objectionTo = ({ steps }: RepairProposal, diagnosis: Diagnosis): Text | undefined => {
  if (steps.length > 1 && steps.some((step) => step.do === 'nothing')) return OBJECTIONS.alone
  if (new Set(steps.map((step) => step.do)).size < steps.length) return OBJECTIONS.once
  for (const step of steps) {
    const objection = objectionToStep(step, diagnosis)
    if (objection) return objection
  }
  return undefined
}

const objectionToStep = (
  step: RepairStep,
  { service, project, repository, server }: Diagnosis,
): Text | undefined => {
  switch (step.do) {
    case 'restart_service':
      if (!service || service.state === 'absent') return OBJECTIONS.noService
      return undefined
    case 'redeploy_version': {
      const possible = service ? redeployable(service) : []
      if (!possible.includes(step.version)) return OBJECTIONS.neverHealthy(step.version, possible)
      if (repository?.isThere === false) return OBJECTIONS.noRepository
      if (project?.isBeingWorkedOn) return OBJECTIONS.isWorkedOn
      return undefined
    }
    case 'recreate_repository':
      if (!repository || repository.isThere) return OBJECTIONS.notMissing
      if (!repository.remains) return OBJECTIONS.noRemains
      return undefined
    case 'mark_server_for_provisioning':
      if (!server) return OBJECTIONS.noServer
      if (!server.canBeProvisioned) return OBJECTIONS.notNow(server.status)
      return undefined
    case 'nothing':
      return undefined
    default:
      return step satisfies never
  }
}

const redeployable = ({
  goodVersions,
  deployedVersion,
}: NonNullable<Diagnosis['service']>): readonly string[] => [
  ...goodVersions,
  ...(deployedVersion ? [deployedVersion] : []),
]

/**
 * Whether a person is asked first (M-13): for everything that takes something away, whatever the model says of it.
 * Starting again what is down takes nothing away; what a person stopped is theirs to start.
 */
export const isRisky = ({ steps, risk }: RepairProposal, { service }: Diagnosis): boolean =>
  risk === 'high' ||
  steps.some((step) => {
    switch (step.do) {
      case 'restart_service':
        return service?.healthy === true || service?.state === 'stopped'
      case 'redeploy_version':
        return step.version !== service?.deployedVersion || service.healthy
      case 'recreate_repository':
      case 'mark_server_for_provisioning':
        return true
      case 'nothing':
        return false
      default:
        return step satisfies never
    }
  })

export const isNothing = ({ steps }: RepairProposal): boolean => steps.every((step) => step.do === 'nothing')
