import { KINDS } from './kinds/index.ts'
import type { GeneratedFile } from './kinds/kind.ts'
import { commonFiles } from './kinds/shared/common-files.ts'
import type { ServiceSpec } from './spec.ts'

/** The whole repository of a service, each file with the task that writes it. Pure: equal specs, equal files. */
export const generateFiles = (spec: ServiceSpec): GeneratedFile[] => {
  const kind = KINDS[spec.kind]
  return [...commonFiles(spec, kind), ...kind.files(spec)]
}

/** The whole repository of a service: path → content. */
export const writeService = (spec: ServiceSpec): Record<string, string> =>
  Object.fromEntries(generateFiles(spec).map(({ path, content }) => [path, content]))
