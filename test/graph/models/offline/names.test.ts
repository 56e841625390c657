import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isProjectName } from '../../../../src/domain/projects/name.ts'
import { freeName, projectName } from '../../../../src/graph/models/offline/names.ts'
import { PROJECT_NAME } from '../../../../src/graph/models/offline/spec.ts'

describe('the name a person gives a project', () => {
  test.each([
    ['Family Wall', 'family-wall'],
    ['Наша стена', 'nasha-stena'],
    ['Щи & Борщ', 'shchi-borshch'],
    ['  café_crème ', 'cafe-creme'],
    ["Ann's list", 'anns-list'],
  ])('“%s” becomes %s', (given, name) => {
    expect(projectName(given)).toEqual({ name })
  })

  test('is made a valid name, or the reason why not is told in both languages', () => {
    const parts = fc.constantFrom(
      '../',
      '/',
      '\\',
      '..',
      'a',
      'Я',
      '🎉',
      '-',
      ' ',
      '7',
      '\u0000',
      '\u202e',
      'name',
      '$(x)',
    )
    const given = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 80 }),
      fc.array(parts).map((list) => list.join('')),
    )
    fc.assert(
      fc.property(given, (text) => {
        const result = projectName(text)
        if ('name' in result) {
          expect(result.name).toMatch(PROJECT_NAME)
          expect(isProjectName(result.name)).toBe(true)
          expect(text).not.toMatch(/[/\\]/)
        } else {
          expect(result.problem.en).not.toBe('')
          expect(result.problem.ru).not.toBe('')
        }
      }),
      { numRuns: 1_000 },
    )
  })

  test('gets the first free number when it is taken, and stays within the length', () => {
    expect(freeName('shop', [])).toBe('shop')
    expect(freeName('shop', ['shop', 'shop-2'])).toBe('shop-3')
    const long = `${'a'.repeat(37)}-bc`
    expect(freeName(long, [long])).toMatch(PROJECT_NAME)
    expect(freeName(long, [long])).toHaveLength(39)
  })
})
