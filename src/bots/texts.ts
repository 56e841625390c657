import { readFileSync } from 'node:fs'
import { FluentBundle, FluentResource } from '@fluent/bundle'
import type { Lang } from '../db/schema/users.ts'

export type TextArgs = Record<string, string | number>

/** Everything prorab says by itself, in every language it speaks. */
export interface Texts {
  /** The text of a key. A key nobody wrote comes back as it is: a person would rather read that than nothing. */
  t(lang: Lang, key: string, args?: TextArgs): string
}

/** A file per family of things that people read about. */
export const TEXT_FILES = [
  'general',
  'agents',
  'routing',
  'costs',
  'incidents',
  'recovery',
  'on-call',
  'sync',
] as const

export const LANGS = ['en', 'ru'] as const satisfies readonly Lang[]

/**
 * Reads the files in locales/. A number among the arguments is formatted in the language of the text, and picks
 * the plural; a number that is a name (a port, an approval's number) must be given as a string.
 */
export const createTexts = (): Texts => {
  const bundles = { en: readBundle('en'), ru: readBundle('ru') }
  return {
    t: (lang, key, args = {}) => {
      const bundle = bundles[lang]
      const pattern = bundle.getMessage(key)?.value
      return pattern ? bundle.formatPattern(pattern, args, []) : key
    },
  }
}

const readBundle = (lang: Lang): FluentBundle => {
  // Isolation marks would end up in commands and addresses that people copy.
  const bundle = new FluentBundle(lang, { useIsolating: false })
  for (const part of TEXT_FILES) {
    const source = readFileSync(new URL(`./locales/${lang}/${part}.ftl`, import.meta.url), 'utf8')
    const errors = bundle.addResource(new FluentResource(source))
    if (errors.length > 0) throw new AggregateError(errors, `locales/${lang}/${part}.ftl has errors`)
  }
  return bundle
}
