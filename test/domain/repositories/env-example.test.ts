import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isProjectName } from '../../../src/domain/projects/name.ts'
import { wantedSecrets } from '../../../src/domain/repositories/env-example.ts'
import { freeNameAmong, projectNameFor } from '../../../src/domain/repositories/project-name.ts'

describe('what an .env.example asks for', () => {
  test.each([
    ['without a value', 'MAIL_HOST=', ['MAIL_HOST']],
    ['with empty quotes', 'MAIL_HOST=""', ['MAIL_HOST']],
    ['with a comment for a value', 'MAIL_HOST= # ask Anna', ['MAIL_HOST']],
    [
      'with a stand-in',
      'HOST=<your host>\nUSER_NAME=changeme\nTO=your-name\nX=xxxx',
      ['HOST', 'USER_NAME', 'TO', 'X'],
    ],
    [
      'secret by its name, whatever its value',
      'API_KEY=abc\nDB_PASSWORD=hunter2',
      ['API_KEY', 'DB_PASSWORD'],
    ],
    ['exported', 'export TOKEN=', ['TOKEN']],
    ['twice', 'TOKEN=\nTOKEN=', ['TOKEN']],
    ['with Windows line ends', 'TOKEN=\r\nPORT=1\r\n', ['TOKEN']],
  ])('is a setting %s', (_what, text, names) => {
    expect(wantedSecrets(text)).toEqual(names)
  })

  test.each([
    ['a default of its own', 'PORT=3000\nLOG_LEVEL="info" # or debug\nKEYBOARD=us\nMONKEY=1'],
    ['a comment', '# TOKEN=\n  #SECRET='],
    ['words', 'Copy this file to .env\n\n= nothing\n1A='],
    ['nothing', ''],
  ])('is not %s', (_what, text) => {
    expect(wantedSecrets(text)).toEqual([])
  })

  test('never tells a value, whatever the file', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z]{12,20}$/), (value) => {
        const text = `API_KEY=${value}\nTOKEN="${value}"\nexport SECRET='${value}'\nOTHER=${value}\n${value}`
        expect(JSON.stringify(wantedSecrets(text))).not.toContain(value)
      }),
    )
  })

  test('is a bounded list, however long the file', () => {
    const text = Array.from({ length: 5_000 }, (_, i) => `KEY_${i}=`).join('\n')
    expect(wantedSecrets(text)).toHaveLength(100)
  })
})

test('whatever a repository is called, its project has a name that can be one, and its own', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ maxLength: 120, unit: 'grapheme' }), { maxLength: 20 }), (names) => {
      const taken = new Set<string>()
      const given = names.map((name) => freeNameAmong(taken, projectNameFor(name)))
      expect(given.filter((name) => !isProjectName(name))).toEqual([])
      expect(new Set(given).size).toBe(names.length)
    }),
  )
})
