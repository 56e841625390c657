import { FEATURE_INFO } from './features.ts'
import { CREATION_VERB, kindIn } from './intents.ts'
import { KIND_INFO } from './kinds-info.ts'
import { freeName, givenName, projectName } from './names.ts'
import { fieldsIn, type Subject, subjectIn, USUAL_FIELDS } from './resource.ts'
import {
  type Feature,
  type Language,
  PROJECT_NAME,
  type ServiceKind,
  type ServiceSpec,
  type Text,
} from './spec.ts'
import { wishesIn } from './wishes.ts'
import { clean, normalise } from './words.ts'

export interface Question {
  text: Text
  /** What is built when the person does not care. */
  suggestion: Text
}

export interface NewService {
  /** Complete: what is built when every suggestion is taken. */
  spec: ServiceSpec
  /** Not empty when the request is too thin to plan from; at most three. */
  questions: Question[]
  /** Why the name the person gave is not the one in the spec. */
  problem: Text | undefined
}

/** What this model cannot write, however it is asked. */
const BEYOND =
  /telegram|slack|discord|whatsapp|mobile|android|ios(?![\p{L}])|iphone|desktop|blockchain|machine learning|neural|телеграм|мобильн|нейросет|(?<![\p{L}])(?:game|игр[ауы]|bot|бот\p{L}{0,2}|website|site|сайт\p{L}{0,2}|landing|лендинг)(?![\p{L}])/u

/** Reads a request for a new service. Works for any text: what is not said is assumed, and asked when it matters. */
export const readNewService = (
  message: string,
  language: Language,
  taken: readonly string[],
  usualName?: string,
): NewService => {
  const original = clean(message)
  const named = givenName(original)
  const text = normalise(named?.rest ?? original)
  const kind = kindIn(text)
  const subject = kind === undefined || kind === 'json-service' ? subjectOf(text) : undefined
  const thin = kind === undefined && (subject === undefined || BEYOND.test(text))
  const chosen: ServiceKind = kind ?? (thin ? 'todo' : 'json-service')
  const info = KIND_INFO[chosen]
  const { wanted, refused } = wishesIn(text, info.features)
  const naming = nameFor(named?.name ?? usualName, chosen, thin ? undefined : subject, language, taken)
  return {
    spec: {
      kind: chosen,
      name: naming.name,
      title: naming.title,
      features: info.features.filter(
        (feature) =>
          !refused.includes(feature) && (wanted.includes(feature) || info.defaults.includes(feature)),
      ),
      ...(chosen === 'json-service' && {
        resource: subject?.resource ?? { singular: 'item', plural: 'items', fields: listedFields(text) },
      }),
    },
    questions: thin ? thinQuestions(BEYOND.test(text)) : [],
    problem: naming.problem,
  }
}

const listedFields = (text: string) => {
  const fields = fieldsIn(text)
  return fields.length > 0 ? fields : [...USUAL_FIELDS]
}

/** What is to be kept, without the words for building something and for what keeps it. */
const subjectOf = (text: string): Subject | undefined => {
  const bare = text.replace(KIND_INFO['json-service'].words, ' ')
  return subjectIn(bare.replace(CREATION_VERB, ' '))
}

interface Naming {
  name: string
  title: string
  problem: Text | undefined
}

const nameFor = (
  given: string | undefined,
  kind: ServiceKind,
  subject: Subject | undefined,
  language: Language,
  taken: readonly string[],
): Naming => {
  const info = KIND_INFO[kind]
  const usual = freeName(subject && PROJECT_NAME.test(subject.name) ? subject.name : info.name, taken)
  const usualTitle = subject ? titleFrom(subject.title) : info.title[language]
  if (given === undefined) return { name: usual, title: usualTitle, problem: undefined }

  const result = projectName(given)
  if ('problem' in result) return { name: usual, title: usualTitle, problem: result.problem }
  const name = freeName(result.name, taken)
  const problem =
    name === result.name
      ? undefined
      : {
          en: `There is already a project “${result.name}”.`,
          ru: `Проект «${result.name}» уже есть.`,
        }
  return { name, title: titleFrom(given), problem }
}

/** A title of plain letters: it ends up in pages, a README and package.json. */
const titleFrom = (words: string): string => {
  const plain = words
    .replace(/[^\p{L}\p{N} '.&-]+/gu, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim()
  const spaced = /^[a-z0-9-]+$/.test(plain) ? plain.replaceAll('-', ' ') : plain
  return (spaced.charAt(0).toUpperCase() + spaced.slice(1)).slice(0, 80)
}

const thinQuestions = (beyond: boolean): Question[] => [
  {
    text: {
      en: `${beyond ? 'The offline demo cannot build exactly that. ' : ''}What should it do? It can be a URL shortener, a to-do list, notes, a guestbook, a status page, a webhook catcher, or a service that keeps any records you name.`,
      ru: `${beyond ? 'Именно это офлайн-демо построить не может. ' : ''}Что он должен делать? Могу сделать сокращатель ссылок, список дел, заметки, гостевую книгу, страницу статуса, приёмник вебхуков или сервис, который хранит любые названные вами записи.`,
    },
    suggestion: { en: 'A to-do list', ru: 'Список дел' },
  },
  {
    text: {
      en: 'What should it be able to do beyond the basics?',
      ru: 'Что ещё он должен уметь, кроме основного?',
    },
    suggestion: { en: 'Only the basics', ru: 'Только основное' },
  },
  {
    text: { en: 'What should it be called?', ru: 'Как его назвать?' },
    suggestion: { en: 'A name after what it does', ru: 'По тому, что он делает' },
  },
]

/** For people: "click statistics, own slugs". */
export const featureNames = (features: readonly Feature[], language: Language): string =>
  features.map((feature) => FEATURE_INFO[feature].label[language]).join(', ')
