import { type Endpoint, featuresOf, file, type Kind, present } from '../kind.ts'
import { lines } from '../shared/code.ts'
import { jsonCurl } from '../shared/readme-source.ts'
import { entriesSource } from './entries-source.ts'
import { pageSource } from './page-source.ts'
import { routesSource } from './routes-source.ts'
import { entriesTestSource, featureTests, pageTestSource } from './tests.ts'

/** A book that visitors sign. */
export const guestbook: Kind = {
  core: { en: 'Entries: sign, list', ru: 'Записи: оставить, показать' },
  summary: ({ title }) => ({
    en: `${title}: a page that visitors sign.`,
    ru: `${title}: страница, на которой расписываются посетители.`,
  }),

  files: (spec) => {
    const has = featuresOf(spec)
    return [
      file('core', 'src/entries.js', entriesSource(has)),
      file('core', 'src/routes.js', routesSource(has)),
      file('core', 'test/entries.test.js', entriesTestSource(has)),
      file('core', 'src/page.js', pageSource(spec.title, has)),
      file('checks', 'test/page.test.js', pageTestSource(has)),
      ...featureTests(has).map(([path, source]) => file('checks', path, source)),
    ]
  },

  shared: () => ({
    inputs: ['text', 'optionalText'],
    service: {
      imports: { createEntries: './entries.js' },
      stores: { store: 'entries.jsonl' },
      rules: 'const entries = createEntries({ store, now })',
      routes: 'entries',
      ownerOnly: 'marked',
    },
    tests: { collection: '/api/entries', accepts: '/api/entries', acceptsJson: true },
  }),

  endpoints: (spec) => {
    const has = featuresOf(spec)
    return present<Endpoint>(
      { method: 'GET', path: '/', does: { en: 'the page', ru: 'страница' } },
      {
        method: 'POST',
        path: '/api/entries',
        does: { en: 'signs the book', ru: 'оставляет запись' },
        curl: jsonCurl('POST', { name: 'Ann', message: 'A lovely place' }),
      },
      {
        method: 'GET',
        path: '/api/entries',
        does: has('pagination')
          ? { en: 'one `page` of entries, newest first', ru: 'одна страница (`page`) записей, новые сверху' }
          : { en: 'all entries, newest first', ru: 'все записи, новые сверху' },
      },
      { method: 'GET', path: '/api/entries/:id', does: { en: 'one entry', ru: 'одна запись' } },
      has('likes') && {
        method: 'POST',
        path: '/api/entries/:id/like',
        does: { en: 'likes an entry', ru: 'ставит отметку «нравится»' },
      },
      has('replies') && {
        method: 'PUT',
        path: '/api/entries/:id/reply',
        does: { en: 'replies (owner)', ru: 'отвечает на запись (владелец)' },
      },
      has('moderation') && {
        method: 'GET',
        path: '/moderation',
        does: { en: 'the page with entries that wait (owner)', ru: 'страница ожидающих записей (владелец)' },
      },
      has('moderation') && {
        method: 'GET',
        path: '/api/waiting',
        does: { en: 'entries that wait (owner)', ru: 'ожидающие записи (владелец)' },
      },
      has('moderation') && {
        method: 'POST',
        path: '/api/entries/:id/approve',
        does: { en: 'shows an entry (owner)', ru: 'публикует запись (владелец)' },
      },
      has('moderation', 'replies') && {
        method: 'DELETE',
        path: '/api/entries/:id',
        does: { en: 'removes an entry (owner)', ru: 'удаляет запись (владелец)' },
      },
    )
  },

  variables: () => [],
  dataFiles: () => ({ 'entries.jsonl': 'the entries' }),

  about: (spec) => {
    const has = featuresOf(spec)
    return lines(
      'A guestbook: visitors leave their name and a message.',
      has('moderation') &&
        '\nAn entry is shown once the owner has approved it, at `/moderation`. The browser asks for the owner key there; any user name will do.',
      has('replies') &&
        '\nThe owner can answer an entry below it. The browser asks for the owner key; any user name will do.',
      has('likes') && '\nVisitors can like entries. Likes are counted, not tied to a person.',
      has('pagination') && '\nA page shows 20 entries.',
    )
  },

  outOfScope: [
    { en: 'Spam filtering beyond approval by the owner', ru: 'Фильтр спама, кроме одобрения владельцем' },
    { en: 'Pictures in messages', ru: 'Картинки в сообщениях' },
  ],
}
