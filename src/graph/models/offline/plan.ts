import { FEATURE_INFO } from './features.ts'
import { KINDS } from './kinds/index.ts'
import { type Endpoint, type Kind, TASK_IDS, type TaskId } from './kinds/kind.ts'
import { KIND_INFO } from './kinds-info.ts'
import { featureNames } from './new-service.ts'
import type { Feature, Field, Language, ServiceSpec, Text } from './spec.ts'
import { MAX_FIELDS } from './spec.ts'
import type { ServiceChange } from './understand.ts'
import { generateFiles, writeService } from './write.ts'

export interface PlanTask {
  id: TaskId
  title: Text
  /** Exactly the files it writes: each file of the plan is in one task, and the tests pass after each task. */
  files: string[]
  /** Commit message, in the imperative. */
  commit: string
}

export interface ServicePlan {
  /** What the service will be: `writeService` of it gives the files. */
  spec: ServiceSpec
  summary: Text
  tasks: PlanTask[]
  /** The addresses that the work adds or changes; of a new service, all of them. */
  endpoints: Endpoint[]
  /** The offline model costs nothing. */
  estimatedCost: 0
  /** What is left out on purpose. */
  outOfScope: Text[]
}

export interface UnsupportedChange {
  unsupported: Text
  /** What could be asked for instead. */
  supported: { feature: Feature; label: Text }[]
}

const HEALTH: Endpoint = {
  method: 'GET',
  path: '/healthz',
  does: { en: 'whether it is up, and which version', ru: 'работает ли он и какая версия' },
}

/** The plan of a service that does not exist yet. */
export const planService = (spec: ServiceSpec): ServicePlan => {
  const kind = KINDS[spec.kind]
  const files = generateFiles(spec)
  const pathsOf = (id: TaskId) => files.filter(({ task }) => task === id).map(({ path }) => path)
  return {
    spec,
    ...aboutOf(kind, spec),
    tasks: TASK_IDS.map((id) => ({ id, ...newTask(id, kind, spec), files: pathsOf(id) })),
  }
}

const aboutOf = (kind: Kind, spec: ServiceSpec): Omit<ServicePlan, 'spec' | 'tasks'> => {
  const { en, ru } = kind.summary(spec)
  const some = spec.features.length > 0
  return {
    summary: {
      en: some ? `${en} With ${featureNames(spec.features, 'en')}.` : en,
      ru: some ? `${ru} Есть: ${featureNames(spec.features, 'ru')}.` : ru,
    },
    endpoints: [...kind.endpoints(spec), HEALTH],
    estimatedCost: 0,
    outOfScope: kind.outOfScope,
  }
}

const newTask = (id: TaskId, kind: Kind, spec: ServiceSpec): Pick<PlanTask, 'title' | 'commit'> => {
  const extra = (language: Language) =>
    spec.features.length > 0 ? `; ${featureNames(spec.features, language)}` : ''
  switch (id) {
    case 'foundation':
      return {
        title: {
          en: 'Foundation: HTTP server, store that survives crashes',
          ru: 'Основа: HTTP-сервер, хранилище, которое переживает сбои',
        },
        commit: 'Lay the foundation: HTTP server and durable store',
      }
    case 'core':
      return {
        title: { en: `${kind.core.en}${extra('en')}`, ru: `${kind.core.ru}${extra('ru')}` },
        commit: `Build the service: ${lower(kind.core.en)}`,
      }
    case 'checks':
      return {
        title: { en: 'Tests of the page and of every feature', ru: 'Тесты страницы и каждой возможности' },
        commit: 'Test the page and every feature',
      }
    case 'docs':
      return {
        title: { en: 'README, settings, manifest', ru: 'README, настройки, манифест' },
        commit: 'Describe the service and its settings',
      }
  }
  return id satisfies never
}

const lower = (text: string) => text.charAt(0).toLowerCase() + text.slice(1)

/** The spec with the change in it, whatever is built already: for a plan that nobody approved yet. */
export const reviseSpec = (spec: ServiceSpec, change: ServiceChange): ServiceSpec => {
  const possible = KIND_INFO[spec.kind].features
  const features = possible.filter(
    (feature) =>
      (spec.features.includes(feature) || change.add.includes(feature)) && !change.remove.includes(feature),
  )
  return { ...spec, features, ...(spec.resource && { resource: withFields(spec.resource, change.fields) }) }
}

const withFields = <R extends { fields: Field[] }>(resource: R, fields: Field[]): R => {
  const fresh = fields.filter(({ name }) => !resource.fields.some((known) => known.name === name))
  return { ...resource, fields: [...resource.fields, ...fresh].slice(0, MAX_FIELDS) }
}

/** The plan of a change to a service that was written by this model: only what differs is written. */
export const planChange = (current: ServiceSpec, change: ServiceChange): ServicePlan | UnsupportedChange => {
  const spec = reviseSpec(current, { ...change, remove: [] })
  const before = writeService(current)
  const after = generateFiles(spec).filter(({ path, content }) => before[path] !== content)
  const supported = KIND_INFO[current.kind].features
    .filter((feature) => !current.features.includes(feature))
    .map((feature) => ({ feature, label: FEATURE_INFO[feature].label }))
  if (change.remove.length > 0) return { unsupported: CANNOT_REMOVE, supported }
  if (after.length === 0) return { unsupported: reasonFor(change), supported }

  const what = (language: Language) => describe(current, spec, language)
  const tasks = TASK_IDS.map((id) => ({
    id,
    ...changeTask(id, what),
    files: after.filter(({ task }) => task === id).map(({ path }) => path),
  })).filter(({ files }) => files.length > 0)
  const { endpoints } = aboutOf(KINDS[current.kind], current)
  const known = endpoints.map(({ method, path, does }) => `${method} ${path} ${does.en}`)
  const about = aboutOf(KINDS[spec.kind], spec)
  return {
    spec,
    ...about,
    endpoints: about.endpoints.filter(
      ({ method, path, does }) => !known.includes(`${method} ${path} ${does.en}`),
    ),
    outOfScope: [],
    summary: {
      en: `${current.title}: adds ${what('en')}. What is kept stays as it is.`,
      ru: `${current.title}: добавляется ${what('ru')}. Данные остаются как есть.`,
    },
    tasks,
  }
}

const CANNOT_REMOVE: Text = {
  en: 'The offline demo can add to a service that runs, but not take anything away from it.',
  ru: 'Офлайн-демо умеет добавлять возможности к работающему сервису, но не убирать их.',
}

const reasonFor = ({ add, fields }: ServiceChange): Text =>
  add.length + fields.length > 0
    ? { en: 'The service has that already.', ru: 'Это в сервисе уже есть.' }
    : {
        en: 'The offline demo does not know how to make this change.',
        ru: 'Офлайн-демо не умеет вносить такое изменение.',
      }

const describe = (before: ServiceSpec, after: ServiceSpec, language: Language): string => {
  const features = after.features.filter((feature) => !before.features.includes(feature))
  const known = before.resource?.fields ?? []
  const fields = (after.resource?.fields ?? []).filter(
    ({ name }) => !known.some((field) => field.name === name),
  )
  const names = fields.map(({ name }) => name).join(', ')
  const label =
    language === 'ru' ? (fields.length > 1 ? 'поля' : 'поле') : fields.length > 1 ? 'fields' : 'field'
  return [featureNames(features, language), names && `${label} ${names}`].filter(Boolean).join('; ')
}

/** What may name the features in the first line of a commit message. */
const SUBJECT_CHARS = 44

const changeTask = (id: TaskId, what: (language: Language) => string): Pick<PlanTask, 'title' | 'commit'> => {
  const [en, ru] = [what('en'), what('ru')]
  const short = en.length <= SUBJECT_CHARS ? en : 'several features'
  switch (id) {
    case 'foundation':
      return {
        title: { en: `Prepare the foundation for ${en}`, ru: `Подготовить основу: ${ru}` },
        commit: `Prepare the foundation for ${short}`,
      }
    case 'core':
      return {
        title: { en: `Add ${en}: rules, API, page`, ru: `Добавить: ${ru} (правила, API, страница)` },
        commit: `Add ${short}`,
      }
    case 'checks':
      return { title: { en: `Test ${en}`, ru: `Проверить тестами: ${ru}` }, commit: `Test ${short}` }
    case 'docs':
      return {
        title: { en: `Describe ${en} in README and manifest`, ru: `Описать в README и манифесте: ${ru}` },
        commit: `Describe ${short}`,
      }
  }
  return id satisfies never
}
