import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { addressIn, addressInQuestion } from '../../../src/domain/asking/address.ts'

describe('a message that begins with @Name is for that agent', () => {
  test.each([
    ['@Architect why one file?', undefined, 'Architect', 'why one file?'],
    ['  @architect, why one file?', undefined, 'architect', 'why one file?'],
    ['@Architect: why?', undefined, 'Architect', 'why?'],
    ['@Architect — why?', undefined, 'Architect', 'why?'],
    ['@Архитектор почему так?', undefined, 'Архитектор', 'почему так?'],
    ['@Code_Assistant-2 what now', undefined, 'Code_Assistant-2', 'what now'],
    ['@shop/Architect why?', 'shop', 'Architect', 'why?'],
    ['@Url-Shortener/Ask how?', 'url-shortener', 'Ask', 'how?'],
    ['@Architect\nwhy?\nand how?', undefined, 'Architect', 'why?\nand how?'],
    ['@Architect', undefined, 'Architect', ''],
    ['@~AbCdEfGhIjKlMnOpQrStUv what do you do?', undefined, '~AbCdEfGhIjKlMnOpQrStUv', 'what do you do?'],
  ])('%s', (text, project, agent, question) => {
    expect(addressIn(text)).toEqual({ project, agent, question })
  })

  test.each([
    'ask @Architect why',
    'mail me@example.org',
    '@ Architect',
    '@anna@example.org hello',
    '',
    '@',
    'Architect: why?',
  ])('but not: %s', (text) => expect(addressIn(text)).toBeUndefined())
})

describe('after /ask a name and a colon will do', () => {
  test.each([
    ['Architect: why?', undefined, 'Architect', 'why?'],
    ['shop/Debug: what failed?', 'shop', 'Debug', 'what failed?'],
    ['@Architect why?', undefined, 'Architect', 'why?'],
    ['Architect :\nwhy?', undefined, 'Architect', 'why?'],
  ])('%s', (text, project, agent, question) => {
    expect(addressInQuestion(text)).toEqual({ project, agent, question })
  })

  test.each([
    'why is it one file?',
    'http://127.0.0.1:8001 does not answer',
    'server.js: what does it do?',
    'what is this: a bug?',
  ])('and a question without one is for nobody in particular: %s', (text) => {
    expect(addressInQuestion(text)).toBeUndefined()
  })
})

test('whatever is behind the name comes through as it was written', () => {
  const name = fc.stringMatching(/^[A-Za-zА-Яа-я0-9_]{1,40}$/)
  const question = fc
    .string()
    .filter((text) => /^[^\s,:;–—/@.\p{L}\p{N}_-]/u.test(text) && text.trim() === text)
  fc.assert(
    fc.property(name, question, (agent, words) => {
      expect(addressIn(`@${agent} ${words}`)).toEqual({ project: undefined, agent, question: words })
    }),
  )
})
