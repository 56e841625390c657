import type { Text } from '../models/offline/spec.ts'

/** Why a proposed step cannot be carried out. */
export const OBJECTIONS = {
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

/** Why a step that was carried out came to nothing. */
export const PROBLEMS = {
  silent: { en: 'it does not answer', ru: 'он не отвечает' },
  unknown: (version: string): Text => ({
    en: `version ${version} is not known any more`,
    ru: `версия ${version} больше не известна`,
  }),
  notInRepository: (version: string): Text => ({
    en: `version ${version} is not in the repository any more`,
    ru: `версии ${version} в репозитории больше нет`,
  }),
  nothingLeft: { en: 'nothing is left of it', ru: 'от него ничего не осталось' },
} as const
