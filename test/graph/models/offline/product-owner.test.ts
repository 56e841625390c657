import { AIMessage, HumanMessage, SystemMessage, ToolMessage } from '@langchain/core/messages'
import { describe, expect, test } from 'vitest'
import { offlineProductOwner } from '../../../../src/graph/models/offline/agents/product-owner.ts'
import type { Language } from '../../../../src/graph/models/offline/spec.ts'
import { untrusted } from '../../../../src/graph/untrusted.ts'

interface World {
  language?: Language
  role?: string
  /** The plan of `links` waits for approval. */
  waits?: boolean
  projects?: { name: string; title: string; kind: string; here?: boolean; mayChange?: boolean }[]
}

const LINKS = { name: 'links', title: 'Links', kind: 'url-shortener' }

const facts = ({ language = 'en', role = 'member', waits = false, projects = [LINKS] }: World) =>
  new SystemMessage(
    untrusted(
      'facts',
      JSON.stringify({
        person: { name: 'Ann', role, language },
        projects: projects.map((project) => ({
          status: 'active',
          here: true,
          ...project,
          working: waits,
          waitsForApproval: waits,
        })),
      }),
    ),
  )

/** What a person who has talked before is answered. */
const answerTo = (text: string, world: World = {}) =>
  offlineProductOwner([
    facts(world),
    new HumanMessage('hello'),
    new AIMessage('Hello.'),
    new HumanMessage(text),
  ])

describe('the offline product owner', () => {
  test.each([
    ['yes', 'en', 'Please decide with the buttons'],
    ['Approve.', 'en', 'Please decide with the buttons'],
    ['No', 'en', 'Please decide with the buttons'],
    ['3', 'en', 'Please decide with the buttons'],
    ['да', 'ru', 'Решите, пожалуйста, кнопками'],
    ['Отмена', 'ru', 'Решите, пожалуйста, кнопками'],
  ] as const)('tells who says “%s” to a card that its buttons decide', (text, language, said) => {
    const answer = answerTo(text, { language, waits: true })
    expect(answer.calls).toEqual([])
    expect(answer.text).toContain(said)
    expect(answerTo(text, { language }).text).not.toContain(said)
  })

  test.each([
    ['delete it', '/delete links'],
    ['please delete the project links', '/delete links'],
    ['удали links', '/delete links'],
    ['перезапусти его', '/restart links'],
    ['покажи логи', '/logs links'],
    ['how much does it cost?', '/costs'],
    ['stop', '/stop'],
    ['invite Bob', '/invite'],
    ['говори по-русски', '/lang ru'],
  ])('names the command when somebody says “%s”', (text, command) => {
    expect(answerTo(text).text).toContain(`\`${command}\``)
  })

  test('says NAME where it cannot know which project is meant', () => {
    const projects = [LINKS, { name: 'notes', title: 'Notes', kind: 'notes' }].map((one) => ({
      ...one,
      here: false,
    }))
    expect(answerTo('restart', { projects }).text).toContain('/restart NAME')
  })

  test.each([
    'delete old links after a month',
    'remove the statistics',
    'удали статистику',
    'add a log of changes',
    'no, add tags instead',
  ])('takes “%s” for a request', (text) => {
    expect(answerTo(text).text).not.toContain('There is a command')
    expect(answerTo(text, { waits: true }).text).not.toContain('decide with the buttons')
  })

  test('announces the plan before the card can appear, and adds nothing after it', () => {
    const asked = [facts({}), new HumanMessage('create a guestbook')]
    const first = offlineProductOwner(asked)
    expect(first.text).toContain('The plan comes as a card')
    const [call] = first.calls
    const then = offlineProductOwner([
      ...asked,
      new AIMessage({
        content: first.text,
        tool_calls: [{ ...call, id: '1', name: call?.name ?? '', args: {} }],
      }),
      new ToolMessage({ tool_call_id: '1', name: 'create_project_intent', content: 'Started.' }),
    ])
    expect(then).toEqual({ text: '', calls: [] })
  })

  test('promises no plan to somebody who only watches', () => {
    for (const text of ['create a guestbook', 'add expiry dates', 'fix links'])
      expect(answerTo(text, { role: 'viewer' })).toMatchObject({
        text: expect.stringContaining('Your role does not allow that'),
        calls: [],
      })
    expect(answerTo('how is links?', { role: 'viewer' }).calls).toHaveLength(1)
  })

  test.each(['add own slugs to links', 'fix links', 'redeploy links', 'put links into maintenance'])(
    'promises nothing to somebody whose project it is not: “%s”',
    (text) => {
      const theirs = { projects: [{ ...LINKS, mayChange: false }] }
      expect(answerTo(text, theirs)).toEqual({
        text: 'Only the owner of **links**, operators and admins may have it changed.',
        calls: [],
      })
      expect(answerTo(text).calls).toHaveLength(1)
    },
  )

  test('refuses in the language of the person', () => {
    const { text } = offlineProductOwner([
      facts({ language: 'ru' }),
      new HumanMessage('сделай гостевую книгу'),
      new ToolMessage({
        tool_call_id: '1',
        name: 'create_project_intent',
        content: 'error: viewer may not project.create',
      }),
    ])
    expect(text).toBe('Ваша роль этого не позволяет. Другую может дать администратор.')
  })
})
