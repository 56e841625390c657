import type { AgentRole } from '../../../../db/shapes/agent.ts'
import type { Language, Text } from '../spec.ts'
import { beginning, normalise } from '../words.ts'

/** An agent as whoever chooses is told of it. */
export interface Candidate {
  name: string
  role: AgentRole
  capabilities: string[]
}

/** What a question is about, the roles that know, best first, and the words it is told by. */
const SUBJECTS: readonly { words: RegExp; roles: AgentRole[]; about: Text }[] = [
  {
    words: beginning(
      'fail',
      'error',
      'broken',
      'broke',
      'crash',
      'bugs?(?![\\p{L}])',
      'exception',
      "doesn'?t work",
      'not work',
      'wrong with',
      'ошибк',
      'упал',
      'пада',
      'слом',
      'не работа',
      'почин',
      'баг',
      'чин[ияю]',
    ),
    roles: ['debug', 'tester', 'code'],
    about: { en: 'a question about something that does not work', ru: 'вопрос о том, что не работает' },
  },
  {
    words: beginning(
      'deploy',
      'server',
      'online',
      'hosting',
      'release',
      'rollback',
      'port(?![\\p{L}])',
      'разверн',
      'деплой',
      'сервер',
      'выкат',
      'выложи',
      'релиз',
      'откат',
      'порт(?![\\p{L}])',
    ),
    roles: ['devops', 'zavhoz', 'architect'],
    about: { en: 'a question about where it runs', ru: 'вопрос о том, где это работает' },
  },
  {
    words: beginning(
      'architect',
      'design',
      'structur',
      'plan',
      'schema',
      'scal',
      'approach',
      'trade-?off',
      'архитект',
      'спроектир',
      'структур',
      'план',
      'схем',
      'масштаб',
      'подход',
    ),
    roles: ['architect'],
    about: { en: 'a question about the design', ru: 'вопрос об устройстве' },
  },
  {
    words: beginning(
      'code',
      'function',
      'implement',
      'refactor',
      'source',
      'tests?(?![\\p{L}])',
      'file',
      'код',
      'функци',
      'реализ',
      'рефактор',
      'исходник',
      'тест',
      'файл',
    ),
    roles: ['code', 'tester', 'architect'],
    about: { en: 'a question about the code', ru: 'вопрос о коде' },
  },
]
const GENERAL: { roles: AgentRole[]; about: Text } = {
  roles: ['ask', 'product_owner', 'architect'],
  about: { en: 'a question about how it works', ru: 'вопрос о том, как это работает' },
}

/**
 * Chooses by rules who answers: an agent made for something the question names, else by what the question is about.
 * @returns undefined when there is nobody.
 */
export const chooseByRules = (
  question: string,
  candidates: readonly Candidate[],
  language: Language,
): { agent: string; reason: string } | undefined => {
  const text = normalise(question)
  const special = candidates
    .filter(({ role }) => role === 'custom')
    .flatMap(({ name, capabilities }) => capabilities.map((capability) => ({ name, capability })))
    .find(({ capability }) => text.includes(normalise(capability)))
  if (special) return { agent: special.name, reason: special.capability }
  for (const { roles, about } of [...SUBJECTS.filter(({ words }) => words.test(text)), GENERAL]) {
    const fit = roles.flatMap((role) => candidates.filter((one) => one.role === role))[0]
    if (fit) return { agent: fit.name, reason: about[language] }
  }
  const [first] = candidates
  return first && { agent: first.name, reason: GENERAL.about[language] }
}
