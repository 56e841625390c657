import { PROJECT_NAME, type Text } from './spec.ts'

const MAX_NAME = 40
const LETTERS: Record<string, string> = Object.fromEntries(
  'а=a б=b в=v г=g д=d е=e ё=yo ж=zh з=z и=i й=y к=k л=l м=m н=n о=o п=p р=r с=s т=t у=u ф=f х=kh ц=ts ч=ch ш=sh щ=shch ъ= ы=y ь= э=e ю=yu я=ya'
    .split(' ')
    .map((pair) => pair.split('=') as [string, string]),
)

/** Cyrillic in Latin letters, accents dropped; every other script is left as it is. */
export const transliterate = (text: string): string =>
  Array.from(text.toLowerCase(), (letter) => LETTERS[letter] ?? letter)
    .join('')
    .normalize('NFD')
    .replace(/\p{M}/gu, '')

/** Kebab-case, without any promise that something is left or that it is short enough. */
export const kebab = (text: string): string =>
  transliterate(text)
    .replace(/['’]/g, '')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')

export type NameResult = { name: string } | { problem: Text }

/** A project name made of what a person gave, or why that cannot be one. Never shortens or guesses in silence. */
export const projectName = (given: string): NameResult => {
  const shown = given.length > 60 ? `${given.slice(0, 60)}…` : given
  if (/[/\\]|\.\./.test(given)) return problem(`“${shown}” looks like a path.`, `«${shown}» похоже на путь.`)
  const name = kebab(given)
  if (name === '') return problem(`“${shown}” has no letters or digits.`, `В «${shown}» нет букв и цифр.`)
  if (name.length > MAX_NAME)
    return problem(
      `The name “${shown}” is longer than ${MAX_NAME} characters.`,
      `Имя «${shown}» длиннее ${MAX_NAME} символов.`,
    )
  if (/^\d/.test(name))
    return problem(
      `“${shown}” begins with a digit; a name begins with a letter.`,
      `«${shown}» начинается с цифры, а имя начинается с буквы.`,
    )
  if (!PROJECT_NAME.test(name))
    return problem(`“${shown}” is too short for a name.`, `«${shown}» слишком коротко для имени.`)
  return { name }
}

const problem = (en: string, ru: string): NameResult => ({ problem: { en, ru } })

/** `name`, or `name-2`, `name-3`, … when it is taken. */
export const freeName = (name: string, taken: readonly string[]): string => {
  if (!taken.includes(name)) return name
  for (let number = 2; ; number++) {
    const suffix = `-${number}`
    const candidate = `${name.slice(0, MAX_NAME - suffix.length).replace(/-+$/, '')}${suffix}`
    if (!taken.includes(candidate)) return candidate
  }
}

const INTRODUCED = [
  '(?<![\\p{L}\\p{N}])(?:called|named|call(?: it)?|name it|with the name|by the name of)',
  '(?<![\\p{L}\\p{N}])(?:под названием|с названием|с именем|по имени|назови(?:те)?(?: (?:его|ее|её|это))?|назвать(?: (?:его|ее|её))?)',
  '(?<![\\p{L}\\p{N}])(?:name|название|имя)\\s*[:=]',
].join('|')
/** What stands in quotes ends with the mate of what it began with: an apostrophe in it is a letter like any other. */
const IN_QUOTES = [
  '["“”„]([^"“”„]{1,300})["“”]',
  '«([^»]{1,300})»',
  '`([^`]{1,300})`',
  "['‘]([^'’]{1,300})['’]",
]
const QUOTED = new RegExp(`(?:${INTRODUCED})\\s*(?:${IN_QUOTES.join('|')})`, 'iu')
/** "With name and price" lists fields and names nothing. */
const BARE = new RegExp(`(?:${INTRODUCED})\\s+(?!(?:and|и)\\s)(\\S.*)`, 'iu')
/** The words after which a name stands. */
export const NAME_INTRODUCED = new RegExp(INTRODUCED, 'iu')
/** Where a name that is not in quotes ends. */
const NAME_ENDS =
  /\s+(?:with|that|which|and|for|to|where|please|having|без|с|со|и|для|где|котор\p{L}*|чтобы|пожалуйста)(?=\s|$)|[,;!?]|[.:](?=\s|$)|\s[-–—]\s/iu

/** The name a person gave in so many words, as they wrote it; undefined when they gave none. */
export const givenName = (text: string): { name: string; rest: string } | undefined => {
  const quoted = QUOTED.exec(text)
  if (quoted) {
    const name = quoted.slice(1).find((one) => one !== undefined) ?? ''
    return { name: name.trim(), rest: without(text, quoted.index, quoted[0].length) }
  }
  const bare = BARE.exec(text)
  if (!bare?.[1]) return undefined
  const end = bare[1].search(NAME_ENDS)
  const name = end < 0 ? bare[1] : bare[1].slice(0, end)
  const length = bare[0].length - bare[1].length + name.length
  return { name: name.trim(), rest: without(text, bare.index, length) }
}

const without = (text: string, index: number, length: number) =>
  `${text.slice(0, index)} ${text.slice(index + length)}`.trim()
