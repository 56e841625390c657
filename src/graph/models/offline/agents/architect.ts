import type { RunPlan } from '../../../../db/shapes/run.ts'
import { readUntrusted } from '../../../untrusted.ts'
import { OWNER_FILE } from '../kinds/shared/owner-source.ts'
import { planChange, planService, reviseSpec, type ServicePlan } from '../plan.ts'
import { type Language, MANIFEST, readManifest, type ServiceSpec, type Text } from '../spec.ts'
import { readChange, understand } from '../understand.ts'
import { calls, type OfflineAgent, type OfflineAnswer, resultsOf, says, sinceHuman } from './answer.ts'

interface Facts {
  intent: 'new_project' | 'update_project' | 'deploy' | 'fix'
  project: string
  title: string
  language: Language
}

/** Plans from the request and, for a change, from the manifest in the repository. */
export const offlineArchitect: OfflineAgent = (messages) => {
  const assignment = messages.findLast((message) => message.getType() === 'human')?.text ?? ''
  const facts = factsOf(assignment)
  const request = readUntrusted('request', assignment)[0] ?? ''
  const changes = readUntrusted('change', assignment)
  if (facts.intent === 'new_project') return submit(planService(newSpec(facts, request, changes)), facts)

  const [manifest] = resultsOf(sinceHuman(messages), 'read_file')
  if (manifest === undefined) return calls('read_file', { path: MANIFEST })
  const current = readManifest(readUntrusted(MANIFEST, manifest)[0] ?? '')
  if (!current) return beginAgain(facts, readUntrusted('project', assignment)[0] ?? '', [request, ...changes])
  if (facts.intent !== 'update_project') return submit(shipAgain(current, facts.intent), facts)
  return change(current, [request, ...changes], facts)
}

/** The name was settled with the person; everything else is read from their words, the latest last. */
const newSpec = ({ project, title }: Facts, request: string, changes: string[]): ServiceSpec => {
  const understood = understand(request, { projects: [] })
  const spec = understood.intent === 'new' ? understood.spec : planlessSpec
  return changes.reduce((sum, text) => reviseSpec(sum, readChange(text, sum.kind)), {
    ...spec,
    name: project,
    title,
  })
}

/** A run that was stopped or failed left nothing of ours on main: then all of it is written again. */
const beginAgain = (facts: Facts, description: string, changes: string[]): OfflineAnswer =>
  understand(description, { projects: [] }).intent === 'new'
    ? submit(planService(newSpec(facts, description, changes)), facts)
    : says(UNKNOWN_SERVICE[facts.language])

/** A request that no rule understands was asked about before; this is what was suggested then. */
const planlessSpec: ServiceSpec = { kind: 'todo', name: 'todo', title: 'To-do list', features: [] }

const change = (current: ServiceSpec, texts: string[], facts: Facts): OfflineAnswer => {
  const wanted = texts.map((text) => readChange(text, current.kind))
  const plan = planChange(current, {
    add: wanted.flatMap(({ add }) => add),
    remove: wanted.flatMap(({ remove }) => remove),
    fields: wanted.flatMap(({ fields }) => fields),
  })
  if (!('unsupported' in plan)) return submit(plan, facts)
  const { language } = facts
  const possible = plan.supported.map(({ label }) => label[language]).join(', ')
  return says(
    [plan.unsupported[language], possible && `${CAN_DO[language]} ${possible}.`].filter(Boolean).join(' '),
  )
}

/** Nothing is written: what is on main is tested and deployed once more, and the plan says just that. */
const shipAgain = (spec: ServiceSpec, intent: 'new_project' | 'deploy' | 'fix'): ServicePlan => ({
  ...planService(spec),
  tasks: [],
  endpoints: [],
  outOfScope: [],
  summary: intent === 'fix' ? REPAIR : SHIP_AGAIN,
})

const submit = (plan: ServicePlan, { language }: Facts): OfflineAnswer =>
  calls('submit_plan', {
    summary: plan.summary[language],
    tasks: plan.tasks.map(({ id, title, files, commit }) => ({ id, title: title[language], files, commit })),
    endpoints: plan.endpoints.map(
      ({ method, path, does }) => `${method} ${path}: ${does[language].replaceAll('`', '')}`,
    ),
    estimatedCost: plan.estimatedCost,
    target: THIS_MACHINE[language],
    notes: notesOf(plan).map((note) => note[language]),
    spec: plan.spec,
  } satisfies RunPlan & { spec: ServiceSpec })

/** What a person should know before they approve. */
const notesOf = ({ spec, tasks, outOfScope }: ServicePlan): Text[] => {
  const left = (language: Language) => outOfScope.map((note) => uncapitalised(note[language])).join('; ')
  return [
    ...(outOfScope.length > 0
      ? [{ en: `Left out: ${left('en')}.`, ru: `Не входит: ${left('ru')}.` }, PAGE_IN_ENGLISH]
      : []),
    ...(tasks.some(({ files }) => files.includes(OWNER_FILE)) ? [ownerKeyNote(spec.name)] : []),
  ]
}

const ownerKeyNote = (name: string): Text => ({
  en: `What only the owner may do takes a key. It is made at the first start, in services/${name}/data/owner-key of my data folder.`,
  ru: `Для действий владельца нужен ключ. Он появится при первом запуске в моей папке данных: services/${name}/data/owner-key.`,
})

const factsOf = (assignment: string): Facts => {
  const json = assignment.match(/^Plan this work\. Facts: (.*)$/m)?.[1] ?? '{}'
  return JSON.parse(json) as Facts
}

const UNKNOWN_SERVICE = {
  en: 'The offline demo can only change services that it wrote itself: there is no manifest it understands in this repository.',
  ru: 'Демо-модель меняет только те сервисы, которые написала сама: в этом репозитории нет понятного ей манифеста.',
}
const uncapitalised = (text: string) => text.charAt(0).toLowerCase() + text.slice(1)

const CAN_DO = { en: 'It can add:', ru: 'Она умеет добавить:' }
const PAGE_IN_ENGLISH = {
  en: 'The page of the service is in English.',
  ru: 'Страница самого сервиса будет на английском языке.',
}
const SHIP_AGAIN = {
  en: 'The tests of what is in the repository run; if they pass, it is deployed anew and checked. No code is changed.',
  ru: 'Пройдут тесты того, что есть в репозитории; если они проходят, сервис будет развёрнут заново и проверен. Код не меняется.',
}
const REPAIR = {
  en: `The offline demo does not look for errors in code. What it can do: ${SHIP_AGAIN.en.charAt(0).toLowerCase()}${SHIP_AGAIN.en.slice(1)}`,
  ru: `Офлайн-демо не ищет ошибки в коде. Вот что оно сделает: ${SHIP_AGAIN.ru.charAt(0).toLowerCase()}${SHIP_AGAIN.ru.slice(1)}`,
}
const THIS_MACHINE = { en: 'this machine', ru: 'эта машина' }
