import { describe, expect, test } from 'vitest'
import { languageOf } from '../../../src/domain/users/hear-language.ts'

describe('the language somebody writes in', () => {
  test.each([
    ['сделай сервис коротких ссылок', 'ru'],
    ['как там url-shortener?', 'ru'],
    ['почини https://example.org/a/b', 'ru'],
    ['create a URL shortener', 'en'],
    ['how is url-shortener doing today', 'en'],
  ])('%s', (text, lang) => {
    expect(languageOf(text)).toBe(lang)
  })

  test.each([
    ['ok'],
    ['url-shortener'],
    ['/project url-shortener'],
    ['👍'],
    [''],
    ['да'],
    ['guestbook family-wall'],
  ])('is not told by %s', (text) => {
    expect(languageOf(text)).toBeUndefined()
  })
})
