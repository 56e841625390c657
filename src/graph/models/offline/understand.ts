import { kindIn, sortMessage } from './intents.ts'
import { KIND_INFO } from './kinds-info.ts'
import { type Context, type Mention, mentionedProject } from './mentions.ts'
import { givenName } from './names.ts'
import { type NewService, readNewService } from './new-service.ts'
import { addedFieldsIn } from './resource.ts'
import type { Feature, Field, Language, ServiceKind } from './spec.ts'
import { mended } from './typos.ts'
import { wishesIn } from './wishes.ts'
import { clean, detectLanguage, normalise } from './words.ts'

/** What is to be different about a service. */
export interface ServiceChange {
  add: Feature[]
  remove: Feature[]
  /** New fields, for a JSON service. */
  fields: Field[]
}

interface Understood {
  language: Language
}

export type Understanding = Understood &
  (
    | ({ intent: 'new' } & NewService)
    | ({ intent: 'update'; change: ServiceChange; unknownChange: boolean } & Mention)
    | ({ intent: 'status'; all: boolean } & Mention)
    | ({ intent: 'deploy' | 'fix' } & Mention)
    | ({ intent: 'maintenance'; on: boolean } & Mention)
    | { intent: 'smalltalk'; tone: 'greeting' | 'thanks' | 'farewell' }
    | { intent: 'help' }
    | { intent: 'unclear'; reason: 'empty' | 'not_understood' }
  )

/**
 * What a chat message wants, by rules, in English or Russian (G-6). Pure; never throws, whatever the text. Looks at
 * its first 4,000 characters.
 */
export const understand = (message: string, context: Context): Understanding => {
  const asWritten = read(message, context)
  if (asWritten.intent !== 'unclear') return asWritten
  const spelled = mended(clean(message))
  const asMeant = spelled === clean(message) ? asWritten : read(spelled, context)
  return MEANT.has(asMeant.intent) ? asMeant : asWritten
}

/** What is worth correcting somebody's spelling for. */
const MEANT = new Set<Understanding['intent']>(['new', 'update', 'deploy', 'fix'])

const read = (message: string, context: Context): Understanding => {
  const language = detectLanguage(message)
  const sorted = sortMessage(normalise(message), (text) => hasProjectFor(text, context))
  const mention = () => mentionedProject(message, context)
  switch (sorted.intent) {
    case 'new':
      return { intent: 'new', language, ...readNewService(message, language, namesOf(context)) }
    case 'update':
      return { language, ...readUpdate(message, context) }
    case 'status':
      return { intent: 'status', language, ...statusOf(sorted.text, mention()) }
    case 'deploy':
    case 'fix':
      return { intent: sorted.intent, language, ...mention() }
    case 'maintenance':
      return { intent: 'maintenance', language, on: !LEAVES.test(sorted.text), ...mention() }
    case 'smalltalk':
      return { intent: 'smalltalk', language, tone: sorted.tone ?? 'greeting' }
    case 'help':
      return { intent: 'help', language }
    case 'unclear':
      return {
        intent: 'unclear',
        language,
        reason: sorted.text === '' || !/[\p{L}\p{N}]/u.test(sorted.text) ? 'empty' : 'not_understood',
      }
  }
  return sorted.intent satisfies never
}

/**
 * The request once its questions are answered. Whatever the answer leaves open is built as suggested: nothing is
 * asked twice.
 */
export const understandAnswer = (request: string, answer: string, context: Context): Understanding => {
  const language = detectLanguage(request)
  const taken = namesOf(context)
  const named = givenName(clean(request))?.name
  const replied = readNewService(answer, language, taken, named)
  const read = isConsent(normalise(answer))
    ? readNewService(request, language, taken)
    : replied.questions.length === 0
      ? replied
      : readNewService(`${request}. ${answer}`, language, taken)
  return { intent: 'new', language, ...read, questions: [] }
}

/** What a text asks to be different about a service of this kind. */
export const readChange = (message: string, kind: ServiceKind): ServiceChange => {
  const text = normalise(message)
  const { wanted, refused } = wishesIn(text, KIND_INFO[kind].features)
  return { add: wanted, remove: refused, fields: kind === 'json-service' ? addedFieldsIn(text) : [] }
}

const CONSENT =
  /^(?:go|ok|okay|yes|yep|sure|default|defaults|whatever|any|anything|you (?:decide|choose)|as you (?:like|suggest)|surprise me|fine|да|ок|окей|давай|хорошо|по умолчанию|любой|любое|как хочешь|на твое усмотрение|все равно|сам реши|решай сам)(?![\p{L}])/u
const isConsent = (text: string) => text === '' || CONSENT.test(text)

const LEAVES =
  /(?:out of|end|stop|leave|finish|back from|resume|exit|выведи|верни|закончи|заверши|сними|выключи|убери)/u

const namesOf = ({ projects }: Context): string[] => projects.map(({ name }) => name)

/** Whether an order like "add …" or "deploy …" has something it could be about. */
const hasProjectFor = (text: string, { projects, lastProject }: Context): boolean => {
  const kind = kindIn(text)
  if (kind === undefined) return projects.length > 0
  return (
    projects.some((project) => project.kind === kind || text.includes(project.name)) ||
    (lastProject !== undefined && projects.length > 0 && !/(?:a|an|new|нов\p{L}+) /u.test(text))
  )
}

const readUpdate = (
  message: string,
  context: Context,
): { intent: 'update'; change: ServiceChange; unknownChange: boolean } & Mention => {
  const mention = mentionedProject(message, context)
  const names = mention.project === undefined ? mention.candidates : [mention.project]
  const kinds = context.projects.filter(({ name }) => names.includes(name)).map(({ kind }) => kind)
  const changes = kinds.flatMap((kind) => (kind === undefined ? [] : [readChange(message, kind)]))
  const change = changes[0] ?? { add: [], remove: [], fields: [] }
  const nothing = change.add.length + change.remove.length + change.fields.length === 0
  return { intent: 'update', ...mention, change, unknownChange: nothing }
}

const statusOf = (text: string, mention: Mention): { all: boolean } & Mention => {
  const all = ALL.test(text)
  return { all: all || (mention.project === undefined && mention.unknown === undefined), ...mention }
}

const ALL =
  /(?:projects|everything|anything|all (?:of )?(?:the |my )?(?:services|things)|what do (?:i|we) have|проекты|проектов|проектами|все сервисы|всё|чего нового|что нового)/u
