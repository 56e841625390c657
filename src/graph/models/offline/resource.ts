import { FEATURE_INFO } from './features.ts'
import { KIND_INFO } from './kinds-info.ts'
import { kebab } from './names.ts'
import { plural, RUSSIAN_FIELDS, russianNoun, TYPE_WORDS, typeByName } from './nouns.ts'
import { FIELD_NAME, type Field, MAX_FIELDS, RESERVED_FIELDS, type Resource } from './spec.ts'
import { wholeWords } from './words.ts'

const MAX_NOUN = 24

/** What every record has when nobody named fields. */
export const USUAL_FIELDS: readonly Field[] = [
  { name: 'name', type: 'text' },
  { name: 'description', type: 'text' },
]

/** Words that say that something is to be built, but not what it keeps. */
const EMPTY_WORDS = wholeWords(
  ...(
    'a an the my our your his her their some any new small simple tiny little basic nice good cool quick me us i we it this that something anything ' +
    'service services api apis app apps application system tool tools tracker manager manage managing management catalog catalogue collection database db registry directory list ' +
    'lists store storage backend crud json rest restful microservice http server web website site page platform project program software thing bot robot ' +
    'for of to in on from by as is are be can could would should will you where which who what how when and or with about like just please need want make made create build keep keeps keeping track tracks tracking ' +
    'storing save saving record recording records let lets use using help so them all everything game portal solution page shows show if whether called named named information info data named'
  ).split(' '),
  ...(
    'мне нам я мы мой моя мое мои мою моего моей моих наш наша наше нашу наших свой свою своих его их это что-нибудь что-то чтонибудь чтото нечто какой-нибудь какую-нибудь ' +
    'новый новую новое небольшой маленький простой простую простое простенький хороший классный ' +
    'сервис сервиса приложение приложения система систему апи программа программу программку проект бот бота ботика сайт сайтик страницу штуку база базу каталог реестр справочник ' +
    'учет учета учету хранить храни запись записи записей записывать вести список журнал хранилище хранения ведения управления трекер микросервис сервер ' +
    'для с со из в на по о об и или как чтобы который которая которое которые где можно было бы пожалуйста надо нужно нужен нужна хочу сделай создай веб json rest http данные данных информацию игру портал'
  ).split(' '),
)
const EMPTY_EVERYWHERE = new RegExp(EMPTY_WORDS.source, 'gu')

const FIELDS_FOLLOW =
  /(?:with (?:the )?(?:following )?(?:fields?|columns?|properties|attributes)|(?:fields?|columns?)\s*(?:are|:|=)|(?:с |со )?(?:полями|поля|колонками|столбцами)\s*:?|where each \S+ has|each \S+ has|having)\s*:?\s*(.+)$|:\s+(.+,.+)$/u
const FIELDS_MAY_FOLLOW = /(?<![\p{L}])(?:with|has|have|с|со)\s+(.+)$/u
/** A list of fields ends with its sentence, or where another wish begins. */
const LIST_ENDS = /\.(?=\s|$)|[!?;]|(?<![\p{L}])(?:that|which|so that|чтобы|котор\p{L}*)(?![\p{L}])/u

/** The part of a request in which fields are listed, and what comes before it. */
const splitFields = (text: string): { before: string; list: string; certain: boolean } => {
  const certain = FIELDS_FOLLOW.exec(text)
  const match = certain ?? FIELDS_MAY_FOLLOW.exec(text)
  if (!match) return { before: text, list: '', certain: false }
  const list = (match[1] ?? match[2] ?? '').split(LIST_ENDS)[0] ?? ''
  return { before: text.slice(0, match.index), list, certain: certain !== null }
}

/** The fields that a normalised text lists; features of the service in the same list are left to others. */
export const fieldsIn = (text: string): Field[] => {
  const { list } = splitFields(text)
  return namedFields(list.split(/,|;|&|\+|\s(?:and|plus|и|а также|as well as)\s/u))
}

/** The fields that are to be added: "add a field color and a date field bought on". */
export const addedFieldsIn = (text: string): Field[] => {
  const match =
    /(?:add|добав\p{L}*)\s+(?:an?|the|one more|another)\s+(\S+(?: \S+)?)\s+(?:fields?|columns?)(?![\p{L}])/u.exec(
      text,
    ) ??
    /(?:fields?|columns?|propert(?:y|ies)|поле|поля|полем|полями|колонк\p{L}*|столбец|столбцы)\s*:?\s+(?:called |named |for (?:the )?|для |под названием )?(.+)$/u.exec(
      text,
    )
  const list = (match?.[1] ?? '').split(LIST_ENDS)[0] ?? ''
  const target = /\s(?:to (?:the |my )?[\p{L}\p{N} -]+|в [\p{L}\p{N} -]+|к [\p{L}\p{N} -]+)$/u
  return namedFields(list.replace(target, '').split(/,|;|&|\s(?:and|plus|и)\s/u))
}

const namedFields = (items: string[]): Field[] => {
  const fields: Field[] = []
  for (const item of items) {
    const field = fieldFrom(item)
    if (field && !fields.some(({ name }) => name === field.name)) fields.push(field)
  }
  return fields.slice(0, MAX_FIELDS)
}

const NO_FIELD = KIND_INFO['json-service'].features.map((feature) => FEATURE_INFO[feature].words)

/** `price`, `price (number)`, `a due date`, `цена: число`. Undefined for what reads like no field. */
const fieldFrom = (item: string): Field | undefined => {
  const [, raw = '', said = ''] = /^\s*([^(:=]*?)\s*(?:[(:=]\s*([^)]*?)\s*\)?)?\s*$/u.exec(item) ?? []
  const words = raw.replace(/^(?:an?|the|its|their|optional|fields?|поля?|его|ее)\s+/u, '').trim()
  if (words === '' || words.split(' ').length > 3 || NO_FIELD.some((feature) => feature.test(words)))
    return undefined
  const russian = RUSSIAN_FIELDS.find(([stem]) => words.startsWith(stem))?.[1]
  const name = russian ?? snake(words)
  if (!FIELD_NAME.test(name) || name.length > 30 || RESERVED_FIELDS.has(name)) return undefined
  const type = TYPE_WORDS.find(([, pattern]) => pattern.test(said.trim()))?.[0] ?? typeByName(name)
  return { name, type }
}

const snake = (words: string) => kebab(words).replaceAll('-', '_')

export interface Subject {
  /** What the service is called: "recipes", or "Рецепты". */
  title: string
  /** The same for an address; not checked. */
  name: string
  resource: Resource
}

/**
 * What a service would keep, from a normalised request without its verb, name and features: "an inventory service
 * with name and price" → items with those fields. Undefined when the request names nothing.
 */
export const subjectIn = (text: string): Subject | undefined => {
  const { before, certain } = splitFields(text)
  const fields = fieldsIn(text)
  const words = subjectWords(certain || fields.length > 0 ? before : text)
  const head = words.at(-1)
  if (head === undefined) return undefined
  const called = calledAfter(words, head)
  const { singular } = called
  if (!FIELD_NAME.test(singular) || singular.length < 2 || singular.length > MAX_NOUN) return undefined
  return {
    title: called.title,
    name: called.name,
    resource: { singular, plural: plural(singular), fields: fields.length > 0 ? fields : [...USUAL_FIELDS] },
  }
}

/** A Russian noun that is not a common one cannot be put into English, so its records are just records. */
const calledAfter = (words: string[], head: string): { singular: string; title: string; name: string } => {
  const said = words.join(' ')
  const russian = russianNoun(head)
  if (russian) return russian
  if (/\p{Script=Cyrillic}/u.test(head)) return { singular: 'record', title: said, name: kebab(said) }
  const mass = MASS_NOUNS[head]
  if (mass) return { singular: mass, title: said, name: kebab(said) }
  const singular = singularOf(snake(head))
  const several = [...words.slice(0, -1), plural(singular).replaceAll('_', '-')].join(' ')
  return { singular, title: several, name: kebab(several) }
}

/** The words that carry meaning, at most the first two: "my recipe collection app" → recipe. */
const subjectWords = (text: string): string[] =>
  text
    .replaceAll(EMPTY_EVERYWHERE, ' ')
    .split(/[^\p{L}\p{N}'-]+/u)
    .filter((word) => /\p{L}/u.test(word))
    .slice(0, 2)

const MASS_NOUNS: Record<string, string> = {
  inventory: 'item',
  stock: 'item',
  warehouse: 'item',
  crm: 'customer',
  library: 'book',
  staff: 'employee',
  people: 'person',
  children: 'child',
  money: 'expense',
  news: 'article',
  music: 'song',
}

const singularOf = (noun: string): string => {
  if (noun.length > 4 && noun.endsWith('ies')) return `${noun.slice(0, -3)}y`
  if (/(?:s|x|z|ch|sh)es$/.test(noun)) return noun.slice(0, -2)
  return noun.length > 3 && /[^su]s$/.test(noun) ? noun.slice(0, -1) : noun
}
