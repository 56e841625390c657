import { type Endpoint, featuresOf, file, type Kind, present } from '../kind.ts'
import { lines } from '../shared/code.ts'
import { jsonCurl } from '../shared/readme-source.ts'
import { notesSource, routesSource } from './notes-source.ts'
import { pageSource } from './page-source.ts'
import { featureTests, notesTestSource, pageTestSource } from './tests.ts'

/** Notes with a title and a text. */
export const notes: Kind = {
  core: { en: 'Notes: write, change, remove', ru: 'Заметки: написать, изменить, удалить' },
  summary: ({ title }) => ({
    en: `${title}: short texts to keep, with a page and a JSON API.`,
    ru: `${title}: короткие тексты на память, со страницей и JSON API.`,
  }),

  files: (spec) => {
    const has = featuresOf(spec)
    return [
      file('core', 'src/notes.js', notesSource(has)),
      file('core', 'src/routes.js', routesSource(has)),
      file('core', 'test/notes.test.js', notesTestSource),
      file('core', 'src/page.js', pageSource(spec.title, has)),
      file('checks', 'test/page.test.js', pageTestSource),
      ...featureTests(has).map(([path, source]) => file('checks', path, source)),
    ]
  },

  shared: (spec) => ({
    inputs: ['text', 'optionalText', ...(featuresOf(spec)('tags') ? (['tags'] as const) : [])],
    service: {
      imports: { createNotes: './notes.js' },
      stores: { store: 'notes.jsonl' },
      rules: 'const notes = createNotes({ store, now })',
      routes: 'notes',
      ownerOnly: 'everything',
    },
    tests: { collection: '/api/notes', accepts: '/api/notes', acceptsJson: true, ownerReads: '/api/notes' },
  }),

  endpoints: (spec) => {
    const has = featuresOf(spec)
    const by = [has('tags') && '`tag`', has('search') && '`q`', has('archive') && '`archived`'].filter(
      Boolean,
    )
    return present<Endpoint>(
      { method: 'GET', path: '/', does: { en: 'the page', ru: 'страница' } },
      {
        method: 'POST',
        path: '/api/notes',
        does: { en: 'writes a note', ru: 'создаёт заметку' },
        curl: jsonCurl('POST', {
          title: 'Bread',
          text: 'Flour, water, salt',
          ...(has('tags') && { tags: ['food'] }),
        }),
      },
      {
        method: 'GET',
        path: '/api/notes',
        does: {
          en: `all notes, the last changed first${by.length > 0 ? `; can be narrowed by ${by.join(', ')}` : ''}`,
          ru: `все заметки, недавние сверху${by.length > 0 ? `; можно отобрать по ${by.join(', ')}` : ''}`,
        },
      },
      { method: 'GET', path: '/api/notes/:id', does: { en: 'one note', ru: 'одна заметка' } },
      {
        method: 'PATCH',
        path: '/api/notes/:id',
        does: { en: 'changes what is sent', ru: 'меняет присланное' },
      },
      { method: 'DELETE', path: '/api/notes/:id', does: { en: 'removes a note', ru: 'удаляет заметку' } },
      has('pinning') && {
        method: 'PUT',
        path: '/api/notes/:id/pinned',
        does: {
          en: 'pins or unpins: `{"pinned": true}`',
          ru: 'закрепляет или открепляет: `{"pinned": true}`',
        },
      },
      has('archive') && {
        method: 'PUT',
        path: '/api/notes/:id/archived',
        does: {
          en: 'archives or brings back: `{"archived": true}`',
          ru: 'в архив или обратно: `{"archived": true}`',
        },
      },
    )
  },

  variables: () => [],
  dataFiles: () => ({ 'notes.jsonl': 'the notes' }),

  about: (spec) => {
    const has = featuresOf(spec)
    return lines(
      'Notes: a page to write and change them, and a JSON API for everything the page does.',
      has('tags') && '\nA note may have up to ten `tags`, in lower case.',
      has('search') && '\n`q` finds notes by words of their title or text.',
      has('pinning') && '\nA pinned note stays on top.',
      has('archive') && '\nAn archived note is out of sight, but not gone.',
      has('owner-key') && '\nOnly the owner can read and change the notes.',
    )
  },

  outOfScope: [
    { en: 'Attachments and formatting', ru: 'Вложения и форматирование' },
    { en: 'User accounts', ru: 'Учётные записи пользователей' },
  ],
}
