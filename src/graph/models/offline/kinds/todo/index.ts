import { type Endpoint, featuresOf, file, type Kind, present } from '../kind.ts'
import { lines } from '../shared/code.ts'
import { jsonCurl } from '../shared/readme-source.ts'
import { pageSource } from './page-source.ts'
import { inputsOf, routesSource, tasksSource } from './tasks-source.ts'
import { featureTests, pageTestSource, tasksTestSource } from './tests.ts'

/** A to-do list. */
export const todo: Kind = {
  core: { en: 'Tasks: add, change, finish, remove', ru: 'Задачи: добавить, изменить, выполнить, удалить' },
  summary: ({ title }) => ({
    en: `${title}: tasks to tick off, with a page and a JSON API.`,
    ru: `${title}: задачи, которые отмечают сделанными, со страницей и JSON API.`,
  }),

  files: (spec) => {
    const has = featuresOf(spec)
    return [
      file('core', 'src/tasks.js', tasksSource(has)),
      file('core', 'src/routes.js', routesSource(has)),
      file('core', 'test/tasks.test.js', tasksTestSource),
      file('core', 'src/page.js', pageSource(spec.title, has)),
      file('checks', 'test/page.test.js', pageTestSource),
      ...featureTests(has).map(([path, source]) => file('checks', path, source)),
    ]
  },

  shared: (spec) => {
    const has = featuresOf(spec)
    return {
      inputs: inputsOf(has),
      service: {
        imports: { createTasks: './tasks.js' },
        stores: { store: 'tasks.jsonl' },
        rules: 'const tasks = createTasks({ store, now })',
        routes: has('due-dates') ? 'tasks, now' : 'tasks',
        ownerOnly: 'everything',
      },
      tests: { collection: '/api/tasks', accepts: '/api/tasks', acceptsJson: true, ownerReads: '/api/tasks' },
    }
  },

  endpoints: (spec) => {
    const has = featuresOf(spec)
    const filters = ['done', has('tags') && 'tag', has('search') && 'q'].filter(Boolean)
    const by = filters.map((name) => `\`${name}\``).join(', ')
    return present<Endpoint>(
      { method: 'GET', path: '/', does: { en: 'the page', ru: 'страница' } },
      {
        method: 'POST',
        path: '/api/tasks',
        does: { en: 'adds a task', ru: 'добавляет задачу' },
        curl: jsonCurl('POST', {
          title: 'Buy milk',
          ...(has('due-dates') && { due: '2030-01-31' }),
          ...(has('priorities') && { priority: 'high' }),
          ...(has('tags') && { tags: ['shop'] }),
        }),
      },
      {
        method: 'GET',
        path: '/api/tasks',
        does: { en: `all tasks; can be narrowed by ${by}`, ru: `все задачи; можно отобрать по ${by}` },
      },
      { method: 'GET', path: '/api/tasks/:id', does: { en: 'one task', ru: 'одна задача' } },
      {
        method: 'PATCH',
        path: '/api/tasks/:id',
        does: { en: 'changes what is sent, such as `done`', ru: 'меняет присланное, например `done`' },
        curl: `${jsonCurl('PATCH', { done: true })}`,
      },
      { method: 'DELETE', path: '/api/tasks/:id', does: { en: 'removes a task', ru: 'удаляет задачу' } },
    )
  },

  variables: () => [],
  dataFiles: () => ({ 'tasks.jsonl': 'the tasks' }),

  about: (spec) => {
    const has = featuresOf(spec)
    return lines(
      'A to-do list: a page to work with, and a JSON API for everything the page does.',
      has('due-dates') &&
        '\nA task may have a date in `due`; the one that is due first is on top, and late ones are marked.',
      has('priorities') && '\nA task has a `priority`: `high`, `normal` or `low`.',
      has('tags') && '\nA task may have up to ten `tags`, in lower case.',
      has('search') && '\n`q` finds tasks by a part of their title.',
      has('owner-key') && '\nOnly the owner can see and change the list.',
    )
  },

  outOfScope: [
    { en: 'Several lists and user accounts', ru: 'Несколько списков и учётные записи' },
    { en: 'Reminders by message', ru: 'Напоминания сообщениями' },
  ],
}
