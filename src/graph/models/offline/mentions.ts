import { FEATURE_INFO } from './features.ts'
import { KIND_INFO } from './kinds-info.ts'
import { kebab } from './names.ts'
import { russianNoun } from './nouns.ts'
import type { ServiceKind } from './spec.ts'
import { normalise } from './words.ts'

export interface KnownProject {
  name: string
  /** Undefined for projects that the offline model did not write. */
  kind: ServiceKind | undefined
  status: string
}

export interface Context {
  projects: readonly KnownProject[]
  /** The project this conversation was last about. */
  lastProject?: string
}

export interface Mention {
  /** The one project that is meant. */
  project: string | undefined
  /** The projects between which the person must choose, when it could be several. */
  candidates: string[]
  /** A name that was said and that no project has. */
  unknown: string | undefined
}

const one = (project: string): Mention => ({ project, candidates: [], unknown: undefined })
const among = (names: string[], { lastProject }: Context): Mention => {
  const [only] = names
  if (only !== undefined && names.length === 1) return one(only)
  if (lastProject !== undefined && names.includes(lastProject)) return one(lastProject)
  return { project: undefined, candidates: names, unknown: undefined }
}

/**
 * Which project a message means: by its name; else by its kind; else by a feature that only some kinds have; else
 * the last one talked about; else the only one there is.
 */
export const mentionedProject = (message: string, context: Context): Mention => {
  const text = normalise(message)
  const named = byName(text, context)
  if (named.length > 0) return among(named, { projects: context.projects })
  const unknown = unknownName(text)
  if (unknown !== undefined) return { project: undefined, candidates: [], unknown }

  const byKind = namesWhere(context, ({ kind }) => kind !== undefined && KIND_INFO[kind].words.test(text))
  if (byKind.length > 0) return among(byKind, context)
  const byFeature = namesWhere(
    context,
    ({ kind }) =>
      kind !== undefined && KIND_INFO[kind].features.some((f) => FEATURE_INFO[f].words.test(text)),
  )
  if (byFeature.length > 0) return among(byFeature, context)
  const names = context.projects.map(({ name }) => name)
  if (context.lastProject !== undefined && names.includes(context.lastProject))
    return one(context.lastProject)
  return names.length === 0
    ? { project: undefined, candidates: [], unknown: undefined }
    : among(names, context)
}

const namesWhere = ({ projects }: Context, matches: (project: KnownProject) => boolean): string[] =>
  projects.filter(matches).map(({ name }) => name)

/** Names count with spaces for dashes too, and in Russian; the longest wins, so that `shop-api` is not taken for `shop`. */
const byName = (text: string, { projects }: Context): string[] => {
  const inEnglish = text.split(/[^\p{L}]+/u).flatMap((word) => russianNoun(word)?.name ?? [])
  const padded = ` ${[kebab(text).replaceAll('-', ' '), ...inEnglish].join(' ')} `
  const found = projects
    .map(({ name }) => name)
    .filter((name) => padded.includes(` ${name.replaceAll('-', ' ')} `))
  return found.filter(
    (name) =>
      !found.some(
        (other) =>
          other !== name && ` ${other} `.replaceAll('-', ' ').includes(` ${name.replaceAll('-', ' ')} `),
      ),
  )
}

const DASHED_WORDS =
  /^(?:to-dos?|check-list|url-shortener|status-page|guest-book|web-hooks?|due-dates?|custom-slugs?|short-links?|e-mail)$/
const NAME_FOLLOWS =
  /(?<![\p{L}\p{N}])(?:to|in|for|of|with|is|are|project|about|(?:re-?)?deploy|ship|release|fix|restart|update|pause|resume|в|к|с|у|о|про|проект\p{L}*|разверни|задеплой|выкати|почини|исправь|обнови)\s+([a-z][a-z0-9]*(?:-[a-z0-9]+)+)/gu

/** Something written where a project's name belongs, and like one; words that merely have a dash do not count. */
const unknownName = (text: string): string | undefined =>
  [...text.matchAll(NAME_FOLLOWS)].map(([, name]) => name).find((name) => name && !DASHED_WORDS.test(name))
