import { and, eq, isNull } from 'drizzle-orm'
import type { Executor } from '../../db/client.ts'
import { type Lang, users } from '../../db/schema/users.ts'
import type { Person } from './person.ts'

/** Fewer letters than these say nothing: "ok" is written in Latin by everybody. */
const LEAST_CYRILLIC = 3
const LEAST_LATIN_WORDS = 3
/** Names of projects, addresses, paths and commands are in no language. */
const TECHNICAL_WORD = /\S*[\p{L}\p{N}][-./_:@\d][\p{L}\p{N}]\S*|\/\S+/gu

/** The language a text is plainly written in, of those prorab speaks. */
export const languageOf = (text: string): Lang | undefined => {
  const words = text.replace(TECHNICAL_WORD, ' ')
  const cyrillic = words.match(/\p{Script=Cyrillic}/gu)?.length ?? 0
  const latin = words.match(/\p{Script=Latin}/gu)?.length ?? 0
  if (cyrillic >= LEAST_CYRILLIC && cyrillic >= latin) return 'ru'
  const latinWords = words.match(/\p{Script=Latin}{2,}/gu)?.length ?? 0
  return cyrillic === 0 && latinWords >= LEAST_LATIN_WORDS ? 'en' : undefined
}

/**
 * Follows the language a person writes in, until they choose one with /lang.
 * @returns the person as they are to be answered.
 */
export const hearLanguage = async (db: Executor, person: Person, text: string): Promise<Person> => {
  const heard = languageOf(text)
  if (!heard || heard === person.lang) return person
  const [updated] = await db
    .update(users)
    .set({ langHeard: heard })
    .where(and(eq(users.id, person.id), isNull(users.lang)))
    .returning({ id: users.id })
  return updated ? { ...person, lang: heard } : person
}
