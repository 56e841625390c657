import type { RepairProposal, RepairStep } from '../../../../domain/recovery/repair.ts'
import type { Diagnosis } from '../../../work/recover-diagnosis.ts'
import type { Text } from '../spec.ts'

/** What is done when no model is there to think about it, or none says anything usable. */
export const proposeByRules = (diagnosis: Diagnosis): RepairProposal => {
  const [step, why] = decide(diagnosis)
  return { steps: [step], why: why[diagnosis.language], risk: riskOf(step, diagnosis) }
}

const riskOf = (step: RepairStep, { service }: Diagnosis): 'low' | 'high' => {
  if (step.do === 'nothing' || step.do === 'restart_service') return 'low'
  const isTheSame = step.do === 'redeploy_version' && step.version === service?.deployedVersion
  return isTheSame && service?.healthy === false ? 'low' : 'high'
}

const decide = (diagnosis: Diagnosis): [RepairStep, Text] => {
  const { incident, repository, service, server } = diagnosis
  if (incident.kind === 'repo_missing' || repository?.isThere === false) return forRepository(diagnosis)
  if (incident.kind === 'server_down' && server)
    return server.canBeProvisioned
      ? [{ do: 'mark_server_for_provisioning' }, WHY.server(server.name)]
      : [{ do: 'nothing' }, WHY.serverAsIs(server.name)]
  if (service) return forService(diagnosis, service)
  return [{ do: 'nothing' }, WHY.unknown]
}

const forRepository = ({ repository }: Diagnosis): [RepairStep, Text] => {
  if (repository?.isThere) return [{ do: 'nothing' }, WHY.repositoryIsThere]
  return repository?.remains
    ? [{ do: 'recreate_repository' }, WHY.repository(repository.name)]
    : [{ do: 'nothing' }, WHY.nothingLeft]
}

const forService = (
  { earlierAttempts }: Diagnosis,
  { healthy, state, goodVersions: [older], lastEnd = '', deployedVersion }: NonNullable<Diagnosis['service']>,
): [RepairStep, Text] => {
  if (healthy) return [{ do: 'nothing' }, WHY.answers]
  // What helped before may help again.
  const tried = (step: RepairStep['do']) =>
    earlierAttempts.some(
      ({ steps, outcome }) => outcome !== 'repaired' && typeof steps === 'string' && steps.includes(step),
    )
  if (state === 'absent')
    return deployedVersion
      ? [{ do: 'redeploy_version', version: deployedVersion }, WHY.gone(deployedVersion)]
      : [{ do: 'nothing' }, WHY.unknown]
  // What ends right after every start does so after one more, too.
  if (state !== 'crash-looping' && !tried('restart_service'))
    return [{ do: 'restart_service' }, WHY.down(lastEnd)]
  if (older && !tried('redeploy_version'))
    return [{ do: 'redeploy_version', version: older }, WHY.older(older, lastEnd)]
  if (!tried('restart_service')) return [{ do: 'restart_service' }, WHY.down(lastEnd)]
  // Its files may have been harmed; the repository has them.
  if (deployedVersion && !tried('redeploy_version'))
    return [{ do: 'redeploy_version', version: deployedVersion }, WHY.again(deployedVersion, lastEnd)]
  // Whoever asks for it after all that may know that the cause is gone.
  return [{ do: 'restart_service' }, WHY.exhausted(lastEnd)]
}

const ended = (lastEnd: string, en: string, ru: string): Text => ({
  en: lastEnd ? ` ${en}: ${lastEnd}.` : '',
  ru: lastEnd ? ` ${ru}: ${lastEnd}.` : '',
})

const WHY = {
  down: (lastEnd: string): Text => {
    const end = ended(lastEnd, 'It ended last with', 'Последнее завершение')
    return {
      en: `The service does not answer.${end.en} Starting it afresh changes no data.`,
      ru: `Сервис не отвечает.${end.ru} Перезапуск не меняет данных.`,
    }
  },
  older: (version: string, lastEnd: string): Text => {
    const end = ended(lastEnd, 'It ends with', 'Завершение')
    return {
      en: `The version that runs does not stay up.${end.en} Version ${version} was healthy before it.`,
      ru: `Нынешняя версия не держится.${end.ru} Версия ${version} до неё работала.`,
    }
  },
  again: (version: string, lastEnd: string): Text => {
    const end = ended(lastEnd, 'It ends with', 'Завершение')
    return {
      en: `Starting it afresh did not help.${end.en} Version ${version} can be put online anew, with its files from the repository.`,
      ru: `Перезапуск не помог.${end.ru} Версию ${version} можно развернуть заново, с файлами из репозитория.`,
    }
  },
  gone: (version: string): Text => ({
    en: `The service is not there any more. Version ${version} was the last one that was healthy.`,
    ru: `Сервиса больше нет. Последней работала версия ${version}.`,
  }),
  answers: {
    en: 'The service answers now, with the version that was deployed.',
    ru: 'Сервис сейчас отвечает, развёрнутой версией.',
  },
  exhausted: (lastEnd: string): Text => {
    const end = ended(lastEnd, 'It ended last with', 'Последнее завершение')
    return {
      en: `All that I can do was tried and did not help.${end.en} If the cause is gone, starting it afresh brings it back.`,
      ru: `Всё, что я могу, уже не помогло.${end.ru} Если причина устранена, поможет перезапуск.`,
    }
  },
  repository: (name: string): Text => ({
    en: `The repository ${name} is gone; part of it is left on this machine.`,
    ru: `Репозитория ${name} больше нет; часть его осталась на этой машине.`,
  }),
  repositoryIsThere: { en: 'The repository is there.', ru: 'Репозиторий на месте.' },
  nothingLeft: {
    en: 'The repository is gone, and nothing is left of it on this machine.',
    ru: 'Репозитория больше нет, и на этой машине от него ничего не осталось.',
  },
  server: (name: string): Text => ({
    en: `The server ${name} does not answer. It can be prepared anew.`,
    ru: `Сервер ${name} не отвечает. Его можно подготовить заново.`,
  }),
  serverAsIs: (name: string): Text => ({
    en: `The server ${name} does not answer, and it cannot be prepared anew as it is.`,
    ru: `Сервер ${name} не отвечает, и подготовить его заново сейчас нельзя.`,
  }),
  unknown: {
    en: 'Nothing that I can do helps against this.',
    ru: 'С этим ничем из доступного мне не помочь.',
  },
} as const
