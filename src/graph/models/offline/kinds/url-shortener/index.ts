import { type Endpoint, featuresOf, file, type Has, type Kind, present } from '../kind.ts'
import { jsonCurl } from '../shared/readme-source.ts'
import { linksSource } from './links-source.ts'
import { pageSource } from './page-source.ts'
import { routesSource } from './routes-source.ts'
import { statisticsSource, statisticsTestSource } from './statistics-source.ts'
import {
  customSlugsTestSource,
  expiryTestSource,
  linksTestSource,
  pageTestSource,
  removalTestSource,
} from './tests.ts'

/** Short addresses that lead to long ones. */
export const urlShortener: Kind = {
  core: { en: 'Short links: create, check, redirect', ru: 'Короткие ссылки: создание, проверка, переход' },
  summary: ({ title }) => ({
    en: `${title}: a service that makes short links and redirects to the long ones.`,
    ru: `${title}: сервис сокращает длинные адреса и переводит с коротких на длинные.`,
  }),

  files: (spec) => {
    const has = featuresOf(spec)
    return present(
      file('core', 'src/links.js', linksSource(has)),
      file('core', 'src/routes.js', routesSource(has)),
      file('core', 'test/links.test.js', linksTestSource),
      file('core', 'src/page.js', pageSource(spec.title, has)),
      file('checks', 'test/page.test.js', pageTestSource(has)),
      has('statistics') && file('core', 'src/statistics.js', statisticsSource(has)),
      has('statistics') && file('checks', 'test/statistics.test.js', statisticsTestSource),
      has('custom-slugs') && file('checks', 'test/custom-slugs.test.js', customSlugsTestSource),
      has('expiry') && file('checks', 'test/expiry.test.js', expiryTestSource(has)),
      has('link-removal') && file('checks', 'test/link-removal.test.js', removalTestSource(has)),
    )
  },

  shared: (spec) => {
    const has = featuresOf(spec)
    const withStatistics = has('statistics')
    return {
      inputs: [],
      service: {
        imports: {
          createLinks: './links.js',
          ...(withStatistics && { createStatistics: './statistics.js' }),
        },
        stores: { linkStore: 'links.jsonl', ...(withStatistics && { clickStore: 'clicks.jsonl' }) },
        rules: [
          'const links = createLinks({ store: linkStore, now })',
          ...(withStatistics ? ['const statistics = createStatistics({ store: clickStore, now })'] : []),
        ].join('\n'),
        routes: withStatistics ? 'links, statistics, baseUrl' : 'links, baseUrl',
        ownerOnly: 'writes',
      },
      tests: { collection: '/api/links', accepts: '/api/links', acceptsJson: true },
    }
  },

  endpoints: (spec) => {
    const has = featuresOf(spec)
    return present<Endpoint>(
      { method: 'GET', path: '/', does: { en: 'the page', ru: 'страница' } },
      {
        method: 'POST',
        path: '/api/links',
        does: { en: 'makes a short link', ru: 'создаёт короткую ссылку' },
        curl: jsonCurl('POST', example(has)),
      },
      {
        method: 'GET',
        path: '/api/links',
        does: { en: 'all links, newest first', ru: 'все ссылки, новые сверху' },
      },
      { method: 'GET', path: '/api/links/:slug', does: { en: 'one link', ru: 'одна ссылка' } },
      has('statistics') && {
        method: 'GET',
        path: '/api/links/:slug/stats',
        does: { en: 'its clicks: total, last, per day', ru: 'её переходы: всего, последний, по дням' },
      },
      has('link-removal') && {
        method: 'DELETE',
        path: '/api/links/:slug',
        does: { en: 'removes a link', ru: 'удаляет ссылку' },
      },
      {
        method: 'GET',
        path: '/:slug',
        does: { en: 'redirects to the long address', ru: 'переход на длинный адрес' },
      },
    )
  },

  variables: () => [
    {
      name: 'BASE_URL',
      option: 'baseUrl',
      example: 'https://short.example',
      meaning: 'How short links begin. Taken from the request when not set.',
      read: 'readBaseUrl(env.BASE_URL)',
    },
  ],

  dataFiles: (spec) => ({
    'links.jsonl': 'the links',
    ...(featuresOf(spec)('statistics') && { 'clicks.jsonl': 'clicks per link and day' }),
  }),

  about: (spec) => {
    const has = featuresOf(spec)
    return [
      'Makes short links and redirects them to the long addresses. Only `http` and `https` addresses of up to 2,048',
      'characters are accepted.',
      has('custom-slugs') && '\nA link may be given its own `slug`: 3 to 40 letters, digits, `-` or `_`.',
      has('statistics') &&
        '\nEvery redirect counts as a click, by day (UTC). Nothing about the visitor is kept.',
      has('expiry') &&
        '\nA link may expire: send `expiresInDays`, or `expiresAt` as a date and time. After that it answers 410 Gone.',
      has('owner-key') && '\nOnly the owner can make links; following them is open to everybody.',
    ]
      .filter(Boolean)
      .join('\n')
  },

  outOfScope: [
    { en: 'User accounts', ru: 'Учётные записи пользователей' },
    {
      en: 'Your own domain and TLS: put a proxy in front',
      ru: 'Свой домен и TLS: их даёт прокси перед сервисом',
    },
  ],
}

const example = (has: Has) => ({
  url: 'https://example.org/a/long/address',
  ...(has('custom-slugs') && { slug: 'offer' }),
  ...(has('expiry') && { expiresInDays: 30 }),
})
