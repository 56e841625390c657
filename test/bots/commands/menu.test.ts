import { describe, expect, test } from 'vitest'
import { COMMANDS, createCommandMenu, findCommand } from '../../../src/bots/commands/index.ts'
import { createTexts, LANGS } from '../../../src/bots/texts.ts'
import { nearest } from '../../../src/nearest.ts'

const menu = createCommandMenu(createTexts())

describe('the command menu', () => {
  test.each(LANGS)('in %s fits what Telegram allows, and shows nothing hidden', (lang) => {
    const entries = menu(lang, 'admin')
    expect(entries.length).toBeGreaterThan(15)
    for (const { command, description } of entries) {
      expect(command).toMatch(/^[a-z0-9_]{1,32}$/)
      expect(description.length).toBeGreaterThan(2)
      expect(description.length).toBeLessThanOrEqual(256)
    }
    const names = entries.map(({ command }) => command)
    expect(names).not.toContain('unsupported')
    expect(names).not.toContain('claim')
  })

  test('for everyone leaves out what only admins may say', () => {
    const names = menu('en', 'everyone').map(({ command }) => command)
    expect(names).toContain('projects')
    expect(names).toContain('logs')
    expect(names).not.toContain('users')
    expect(names).not.toContain('invite')
    expect(names).not.toContain('audit')
  })

  test('no word means two commands', () => {
    const words = COMMANDS.flatMap(({ name, aliases = [] }) => [name, ...aliases])
    expect(new Set(words).size).toBe(words.length)
    expect(findCommand('LIST')?.name).toBe('projects')
  })
})

test.each([
  ['porjects', 'projects'],
  ['staus', 'status'],
  ['helpp', 'help'],
  ['PROJECT', 'project'],
  ['dance', undefined],
  ['xy', undefined],
  ['', undefined],
  ['p'.repeat(500), undefined],
])('“%s” is near to %s', (word, near) => {
  expect(
    nearest(
      word,
      COMMANDS.map(({ name }) => name),
    ),
  ).toBe(near)
})
