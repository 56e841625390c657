import type { ProjectStatus } from '../../../../db/shapes/project.ts'
import type { RunStatus } from '../../../../db/shapes/run.ts'
import type { Text } from '../spec.ts'

/** What the offline agents say when they are asked something, in both languages. */
export const ASK_WORDS = {
  demo: {
    en: '*I am the offline demo and do not understand questions; these are the facts I can see. With OPENAI_API_KEY set, a real model answers.*',
    ru: '*Я офлайн-демо и не понимаю вопросов; вот факты, которые мне видны. С OPENAI_API_KEY ответит настоящая модель.*',
  },
  again: {
    en: '*You ask me once more, and the demo sees the same facts:*',
    ru: '*Вы спрашиваете ещё раз, а демо видит те же факты:*',
  },
  noProject: {
    en: 'This conversation is about no project yet. These are there:',
    ru: 'Этот разговор пока не о проекте. Вот какие есть:',
  },
  noProjects: {
    en: 'There are no projects yet. Tell me what to build, e.g. "create a guestbook".',
    ru: 'Проектов пока нет. Скажите, что построить, например: «сделай гостевую книгу».',
  },
  project: (name: string, title: string, status: string): Text => ({
    en: `**${name}** (“${title}”), ${status}`,
    ru: `**${name}** («${title}»), ${status}`,
  }),
  address: { en: 'Address', ru: 'Адрес' },
  asked: { en: 'Asked to be', ru: 'Что просили' },
  plan: { en: 'The plan', ru: 'План' },
  noPlan: { en: 'There is no plan yet.', ru: 'Плана пока нет.' },
  endpoints: { en: 'It answers to', ru: 'Отвечает на' },
  notes: { en: 'Assumed', ru: 'Допущения' },
  files: { en: 'Files', ru: 'Файлы' },
  noFiles: { en: 'No file can be read.', ru: 'Файлы прочитать нельзя.' },
  runs: { en: 'Last runs', ru: 'Последние прогоны' },
  noFailures: {
    en: 'None of the last runs failed.',
    ru: 'Среди последних прогонов нет неудачных.',
  },
  tests: (passed: number): Text => ({ en: `tests passed: ${passed}`, ru: `тестов прошло: ${passed}` }),
} as const satisfies Record<string, Text | ((...args: never[]) => Text)>

export const PROJECT_STATES: Record<ProjectStatus, Text> = {
  draft: { en: 'draft', ru: 'черновик' },
  estimated: { en: 'planned', ru: 'запланирован' },
  provisioning: { en: 'being prepared', ru: 'готовится' },
  initialized: { en: 'prepared', ru: 'подготовлен' },
  designing: { en: 'being designed', ru: 'проектируется' },
  designed: { en: 'designed', ru: 'спроектирован' },
  implementing: { en: 'being built', ru: 'строится' },
  implemented: { en: 'built', ru: 'построен' },
  verifying: { en: 'being tested', ru: 'проверяется' },
  verified: { en: 'tested', ru: 'проверен' },
  deploying: { en: 'being deployed', ru: 'разворачивается' },
  active: { en: 'active', ru: 'работает' },
  maintenance: { en: 'being changed', ru: 'меняется' },
  missing: { en: 'missing', ru: 'пропал' },
  archived: { en: 'archived', ru: 'в архиве' },
  discovered: { en: 'discovered', ru: 'обнаружен' },
}

export const RUN_STATES: Record<RunStatus, Text> = {
  queued: { en: 'begins soon', ru: 'скоро начнётся' },
  running: { en: 'under way', ru: 'идёт' },
  waiting: { en: 'waits for an answer', ru: 'ждёт ответа' },
  succeeded: { en: 'succeeded', ru: 'удался' },
  failed: { en: 'failed', ru: 'не удался' },
  rejected: { en: 'rejected', ru: 'отклонён' },
  stopped: { en: 'stopped', ru: 'остановлен' },
}
