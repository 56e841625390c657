import type { RepairProposal, RepairStep } from '../../domain/recovery/repair.ts'
import type { Text } from '../models/offline/spec.ts'
import type { Diagnosis } from './recover-diagnosis.ts'

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

const OBJECTIONS = {
  alone: { en: '"nothing" stands alone', ru: '«ничего» предлагают отдельно' },
  once: { en: 'each step at most once', ru: 'каждый шаг не больше одного раза' },
  noService: { en: 'there is no service to restart', ru: 'перезапускать нечего: сервиса нет' },
  neverHealthy: (version: string, possible: readonly string[]): Text => ({
    en: `${version} was never healthy; these were: ${possible.join(', ') || 'none'}`,
    ru: `версия ${version} никогда не работала; работали: ${possible.join(', ') || 'никакие'}`,
  }),
  noRepository: {
    en: 'the repository is gone: there is nothing to deploy from',
    ru: 'репозитория больше нет, разворачивать не из чего',
  },
  isWorkedOn: {
    en: 'a run is working on the project; what it deploys would be undone',
    ru: 'над проектом идёт работа, и её результат пропал бы',
  },
  notMissing: {
    en: 'no repository of this machine is missing',
    ru: 'все репозитории этой машины на месте',
  },
  noRemains: {
    en: 'nothing is left to make the repository from',
    ru: 'от репозитория ничего не осталось, создать его заново не из чего',
  },
  noServer: { en: 'the incident is about no server', ru: 'инцидент не о сервере' },
  notNow: (status: string): Text => ({
    en: `a server that is ${status} cannot be provisioned`,
    ru: `сервер в состоянии ${status} нельзя подготовить заново`,
  }),
} as const

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
