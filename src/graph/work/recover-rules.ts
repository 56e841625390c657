import type { RepairProposal, RepairStep } from '../../domain/recovery/repair.ts'
import type { Diagnosis } from './recover-diagnosis.ts'

/**
 * Why a proposal cannot be carried out, for whoever made it; undefined when it can. What a model proposes is believed
 * in nothing: each step is held against what was found.
 */
export const objectionTo = ({ steps }: RepairProposal, diagnosis: Diagnosis): string | undefined => {
  if (steps.length > 1 && steps.some((step) => step.do === 'nothing')) return '"nothing" stands alone'
  if (new Set(steps.map((step) => step.do)).size < steps.length) return 'each step at most once'
  for (const step of steps) {
    const objection = objectionToStep(step, diagnosis)
    if (objection) return objection
  }
  return undefined
}

const objectionToStep = (
  step: RepairStep,
  { service, project, repository, server }: Diagnosis,
): string | undefined => {
  switch (step.do) {
    case 'restart_service':
      if (!service || service.state === 'absent') return 'there is no service to restart'
      return undefined
    case 'redeploy_version': {
      const possible = service ? redeployable(service) : []
      if (!possible.includes(step.version))
        return `${step.version} was never healthy; these were: ${possible.join(', ') || 'none'}`
      if (repository?.isThere === false) return 'the repository is gone: there is nothing to deploy from'
      if (project?.isBeingWorkedOn) return 'a run is working on the project; what it deploys would be undone'
      return undefined
    }
    case 'recreate_repository':
      if (!repository || repository.isThere) return 'no repository of this machine is missing'
      if (!repository.remains) return 'nothing is left to make the repository from'
      return undefined
    case 'mark_server_for_provisioning':
      if (!server) return 'the incident is about no server'
      if (!server.canBeProvisioned) return `a server that is ${server.status} cannot be provisioned`
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
