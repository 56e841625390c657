import { AIMessage, HumanMessage, SystemMessage, ToolMessage } from '@langchain/core/messages'
import { describe, expect, test } from 'vitest'
import { offlineProductOwner } from '../../../../src/graph/models/offline/agents/product-owner.ts'
import type { Language } from '../../../../src/graph/models/offline/spec.ts'
import { untrusted } from '../../../../src/graph/untrusted.ts'

const LINKS = { number: 42, subject: 'links', project: 'links' }
const SERVER = { number: 7, subject: 'web-1' }

interface World {
  language?: Language
  role?: string
  openIncidents?: { number: number; subject: string; project?: string }[]
}

const briefing = ({ language = 'en', role = 'operator', openIncidents = [LINKS] }: World) =>
  new SystemMessage(
    untrusted(
      'facts',
      JSON.stringify({
        person: { name: 'Ann', role, language },
        projects: ['links', 'notes'].map((name) => ({
          name,
          title: name,
          kind: name === 'links' ? 'url-shortener' : 'notes',
          status: 'active',
          here: name === 'links',
          working: false,
          waitsForApproval: false,
        })),
        openIncidents,
      }),
    ),
  )
const answerTo = (text: string, world: World = {}) =>
  offlineProductOwner([
    briefing(world),
    new HumanMessage('hello'),
    new AIMessage('Hello.'),
    new HumanMessage(text),
  ])
const called = (text: string, world: World = {}) =>
  answerTo(text, world).calls.map(({ name, args }) => ({ name, ...args }))

describe('the offline product owner, while something is wrong', () => {
  test.each([
    ['fix it', 'en'],
    ['please fix links', 'en'],
    ['links is down', 'en'],
    ['fix incident 42', 'en'],
    ['fix #42', 'en'],
    ['почини', 'ru'],
    ['почини links', 'ru'],
    ['исправь инцидент 42', 'ru'],
  ] as const)('takes “%s” for a wish to repair it', (text, language) => {
    expect(called(text, { language })).toEqual([{ name: 'start_recovery', incident: 42 }])
  })

  test('says in the language of the person what it does', () => {
    expect(answerTo('почини', { language: 'ru' }).text).toContain('Смотрю инцидент #42')
    expect(answerTo('fix it').text).toContain('looking at incident #42')
  })

  test('starts a run as before for a project that has no incident, and when nothing is wrong', () => {
    expect(called('fix notes')).toMatchObject([
      { name: 'create_project_intent', intent: 'fix', project: 'notes' },
    ])
    expect(called('fix it', { openIncidents: [] })).toMatchObject([
      { name: 'create_project_intent', intent: 'fix', project: 'links' },
    ])
  })

  test('asks which one when several are meant', () => {
    const answer = answerTo('fix links', { openIncidents: [LINKS, { ...LINKS, number: 43 }] })
    expect(answer.calls).toEqual([])
    expect(answer.text).toContain('#42 links, #43 links')
  })

  test('repairs what belongs to no project by its number', () => {
    expect(called('fix incident 7', { openIncidents: [LINKS, SERVER] })).toEqual([
      { name: 'start_recovery', incident: 7 },
    ])
  })

  test('lets nobody repair who only watches', () => {
    expect(called('fix it', { role: 'viewer' })).toEqual([])
  })

  test.each([
    ['any incidents?', 'list_active_incidents'],
    ['какие сейчас инциденты?', 'list_active_incidents'],
    ['tell me about incident 42', 'get_incident'],
    ['что с инцидентом 42?', 'get_incident'],
  ])('answers “%s” from what is there', (text, tool) => {
    expect(called(text)[0]?.name).toBe(tool)
  })

  test.each([
    ['create an incident tracker with name and severity', 'new_project'],
    ['add click statistics to links', 'update_project'],
    ['deploy links', 'deploy'],
  ])('takes “%s” for what it is', (text, intent) => {
    expect(called(text)).toMatchObject([{ name: 'create_project_intent', intent }])
  })

  test.each([
    ['put links into maintenance', true],
    ['take links out of maintenance', false],
    ['поставь links на обслуживание', true],
    ['сними links с обслуживания', false],
  ])('does what “%s” says', (text, on) => {
    expect(called(text)).toEqual([{ name: 'set_project_maintenance', project: 'links', on }])
  })
})

describe('what tools said', () => {
  const toldAfter = (name: string, content: string, language: Language = 'ru') =>
    offlineProductOwner([
      briefing({ language }),
      new HumanMessage('fix it'),
      new AIMessage({ content: '', tool_calls: [{ id: 'c', name, args: {} }] }),
      new ToolMessage({ tool_call_id: 'c', name, content }),
    ]).text

  test('is told in the language of the person', () => {
    expect(
      toldAfter('start_recovery', 'The recovery of incident 42 has begun; its card shows how far it is.'),
    ).toBe('')
    expect(toldAfter('start_recovery', 'The recovery of incident 42 is under way already.')).toContain(
      'уже идёт',
    )
    expect(toldAfter('start_recovery', 'Incident 42 is resolved already.')).toContain('уже закрыт')
    expect(toldAfter('start_recovery', 'error: member may not incidents.fix')).toContain('роль')
    expect(toldAfter('start_recovery', 'error: there is no incident 9')).toContain('нет')
    expect(toldAfter('set_project_maintenance', 'links is in maintenance.')).toContain(
      '**links** на обслуживании',
    )
    expect(toldAfter('set_project_maintenance', 'links is active.')).toContain('снова активен')
    expect(toldAfter('list_active_incidents', 'Nothing is wrong now.')).toContain('всё в порядке')
    expect(toldAfter('list_active_incidents', untrusted('incidents', '#1 `a`: x'), 'en')).toContain(
      "`#1 'a': x`",
    )
  })
})
