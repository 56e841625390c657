import { expect, test } from 'vitest'
import { withCommandWord } from '../../src/bots/command-words.ts'

const said = (markdown: string) => withCommandWord({ markdown }, 'prorab').markdown

test.each([
  ['`/help` shows all I can do.', '`/prorab help` shows all I can do.'],
  ['More: `/project url-shortener`', 'More: `/prorab project url-shortener`'],
  ['say /stop.', 'say /prorab stop.'],
  ['Подробнее: /projects, /status, /help.', 'Подробнее: /prorab projects, /prorab status, /prorab help.'],
])('in Slack people are told the commands that Slack takes: %s', (text, told) => {
  expect(said(text)).toBe(told)
})

test.each([
  '- `GET /status`: how things are',
  'http://127.0.0.1:8001/help and example.org/status',
  'src/projects/logs.ts, ./status, /status/page, /logs.txt',
  '/unknown and /',
])('what only looks like a command is left alone: %s', (text) => {
  expect(said(text)).toBe(text)
})

test('where commands stand alone nothing is changed', () => {
  const message = { markdown: '/help', card: { title: '/help', tone: 'neutral' as const } }
  expect(withCommandWord(message, undefined)).toBe(message)
})

test('cards and questions are told in the same way', () => {
  const message = {
    card: {
      title: 'Users',
      tone: 'neutral' as const,
      body: '`/role`',
      fields: [{ label: 'More', value: '/users' }],
      footer: '/invite lets somebody in.',
    },
    ask: { action: 'a', prompt: 'or `/stop`' },
  }
  expect(JSON.stringify(withCommandWord(message, 'prorab')).match(/\/prorab \w+/g)).toEqual([
    '/prorab role',
    '/prorab users',
    '/prorab invite',
    '/prorab stop',
  ])
})
