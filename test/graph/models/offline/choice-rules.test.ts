import { describe, expect, test } from 'vitest'
import { type Candidate, chooseByRules } from '../../../../src/graph/models/offline/agents/choice-rules.ts'

const agent = (name: string, role: Candidate['role'], capabilities: string[] = []): Candidate => ({
  name,
  role,
  capabilities,
})
const PROJECT = [
  agent('Architect', 'architect'),
  agent('CodeAssistant', 'code'),
  agent('Ask', 'ask'),
  agent('Debug', 'debug'),
]
const SYSTEM = [
  agent('ProductOwner', 'product_owner'),
  agent('Architect', 'architect'),
  agent('Tester', 'tester'),
  agent('DevOps', 'devops'),
]

describe('the rules choose who answers', () => {
  test.each([
    ['what does it do?', 'Ask'],
    ['что он умеет?', 'Ask'],
    ['why do the tests fail?', 'Debug'],
    ['почему он падает?', 'Debug'],
    ["it doesn't work, what is wrong?", 'Debug'],
    ['why this architecture?', 'Architect'],
    ['почему такая структура?', 'Architect'],
    ['which function counts the clicks?', 'CodeAssistant'],
    ['покажи код', 'CodeAssistant'],
  ])('of a project: %s → %s', (question, name) => {
    expect(chooseByRules(question, PROJECT, 'en')?.agent).toBe(name)
  })

  test.each([
    ['what can you do?', 'ProductOwner'],
    ['where is it deployed?', 'DevOps'],
    ['на каком сервере это работает?', 'DevOps'],
    ['why do the tests fail?', 'Tester'],
  ])('of the system: %s → %s', (question, name) => {
    expect(chooseByRules(question, SYSTEM, 'en')?.agent).toBe(name)
  })

  test('an agent made for something is chosen when it is named', () => {
    const jurist = agent('Jurist', 'custom', ['licences', 'лиценз'])
    expect(chooseByRules('are the licences in order?', [...PROJECT, jurist], 'en')).toEqual({
      agent: 'Jurist',
      reason: 'licences',
    })
    expect(chooseByRules('что с лицензиями?', [...PROJECT, jurist], 'ru')?.agent).toBe('Jurist')
    expect(chooseByRules('what does it do?', [...PROJECT, jurist], 'en')?.agent).toBe('Ask')
  })

  test('the reason is in the language of who asks, whatever the question is written in', () => {
    expect(chooseByRules('why do the tests fail?', PROJECT, 'ru')?.reason).toMatch(/вопрос/)
    expect(chooseByRules('почему он падает?', PROJECT, 'en')?.reason).toMatch(/question/)
  })

  test('somebody is chosen while there is anybody', () => {
    expect(chooseByRules('what does it do?', [agent('Zavhoz', 'zavhoz')], 'en')?.agent).toBe('Zavhoz')
    expect(chooseByRules('what does it do?', [], 'en')).toBeUndefined()
  })
})
