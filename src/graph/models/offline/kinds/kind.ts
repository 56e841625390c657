import type { Feature, ServiceSpec, Text } from '../spec.ts'
import type { InputCheck } from './shared/input-source.ts'
import type { ServiceParts } from './shared/service-source.ts'
import type { SharedTests } from './shared/test-source.ts'

/** The steps in which a service is written; each becomes a task of the plan and a commit, after which the tests pass. */
export const TASK_IDS = ['foundation', 'core', 'checks', 'docs'] as const
export type TaskId = (typeof TASK_IDS)[number]

export interface GeneratedFile {
  path: string
  task: TaskId
  content: string
}

export interface Endpoint {
  method: string
  path: string
  does: Text
  /** Arguments of a curl example that follow the address, when the endpoint deserves one. */
  curl?: string
}

/** An environment variable beyond PORT, HOST, DATA_DIR and VERSION, which every service reads. */
export interface Variable {
  name: string
  /** Its name among the options of `createService`. */
  option: string
  example: string
  meaning: string
  /** The expression that reads it in src/config.js; a plain `env.NAME` when absent. */
  read?: string
  /** The default of the option, as source text. */
  fallback?: string
}

/** One kind of service: everything that is not shared with the others. */
export interface Kind {
  /** Title of the `core` task. */
  core: Text
  summary(spec: ServiceSpec): Text
  /** Its own modules and tests; the shared ones come on top. */
  files(spec: ServiceSpec): GeneratedFile[]
  shared(spec: ServiceSpec): SharedParts
  endpoints(spec: ServiceSpec): Endpoint[]
  /** Beside PORT, HOST, DATA_DIR, VERSION and OWNER_KEY. */
  variables(spec: ServiceSpec): Variable[]
  /** File name under DATA_DIR and what it holds. */
  dataFiles(spec: ServiceSpec): Record<string, string>
  /** Paragraphs of the README that say what this kind of service is and how it behaves. */
  about(spec: ServiceSpec): string
  outOfScope: Text[]
}

/** How a kind wants the shared modules. */
export interface SharedParts {
  inputs: InputCheck[]
  anyMethod?: boolean
  service: ServiceParts
  tests: SharedTests
}

export type Has = (...features: Feature[]) => boolean

/** `has('tags')`, `has('tags', 'search')`: whether the spec has any of them. */
export const featuresOf =
  (spec: ServiceSpec): Has =>
  (...features) =>
    features.some((feature) => spec.features.includes(feature))

export const file = (task: TaskId, path: string, content: string): GeneratedFile => ({ task, path, content })

/** The items, without those that are left out. */
export const present = <T>(...items: (T | false)[]): T[] => items.filter((item): item is T => item !== false)
