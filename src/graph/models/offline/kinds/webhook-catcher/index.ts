import { type Endpoint, featuresOf, file, type Kind, present } from '../kind.ts'
import { lines } from '../shared/code.ts'
import { quote } from '../shared/quote.ts'
import { jsonCurl } from '../shared/readme-source.ts'
import { pageSource, requestsSource, responsesSource, routesSource } from './requests-source.ts'
import { featureTests, pageTestSource, requestsTestSource } from './tests.ts'

/** Catches what other systems send, so that a person can look at it. */
export const webhookCatcher: Kind = {
  core: { en: 'Catching requests into bins', ru: 'Приём запросов по корзинам' },
  summary: ({ title }) => ({
    en: `${title}: catches webhooks at /hook/NAME and shows what they carried.`,
    ru: `${title}: принимает вебхуки на /hook/ИМЯ и показывает, что в них пришло.`,
  }),

  files: (spec) => {
    const has = featuresOf(spec)
    return [
      file('core', 'src/requests.js', requestsSource(has)),
      file('core', 'src/routes.js', routesSource(has)),
      file('core', 'test/requests.test.js', requestsTestSource),
      file('core', 'src/page.js', pageSource(quote(spec.title), has)),
      file('checks', 'test/page.test.js', pageTestSource),
      ...(has('response-rules') ? [file('core', 'src/responses.js', responsesSource)] : []),
      ...featureTests(has).map(([path, source]) => file('checks', path, source)),
    ]
  },

  shared: (spec) => {
    const has = featuresOf(spec)
    const rules = has('response-rules')
    return {
      inputs: [],
      anyMethod: true,
      service: {
        imports: { createRequests: './requests.js', ...(rules && { createResponses: './responses.js' }) },
        stores: { requestStore: 'requests.jsonl', ...(rules && { responseStore: 'responses.jsonl' }) },
        rules: lines(
          `const requests = createRequests({ store: requestStore, ${has('retention') ? 'retentionDays, ' : ''}now })`,
          rules && 'const responses = createResponses({ store: responseStore })',
        ),
        routes: rules ? 'requests, responses' : 'requests',
        ownerOnly: 'all-but-any-method',
      },
      tests: {
        collection: '/api/bins',
        lookup: '/bins',
        accepts: '/hook/any',
        acceptsJson: false,
        ownerReads: '/api/bins',
      },
    }
  },

  endpoints: (spec) => {
    const has = featuresOf(spec)
    return present<Endpoint>(
      {
        method: 'any',
        path: '/hook/:bin',
        does: {
          en: 'catches the request, also below this address',
          ru: 'принимает запрос, в том числе глубже по пути',
        },
        curl: "URL -d 'anything'",
      },
      { method: 'GET', path: '/', does: { en: 'the page with all bins', ru: 'страница со всеми корзинами' } },
      { method: 'GET', path: '/bins/:bin', does: { en: 'the page of a bin', ru: 'страница корзины' } },
      { method: 'GET', path: '/api/bins', does: { en: 'all bins', ru: 'все корзины' } },
      {
        method: 'GET',
        path: '/api/bins/:bin/requests',
        does: has('search')
          ? {
              en: 'its requests, newest first; `q` searches them',
              ru: 'её запросы, новые сверху; `q` ищет в них',
            }
          : { en: 'its requests, newest first', ru: 'её запросы, новые сверху' },
      },
      { method: 'GET', path: '/api/bins/:bin/requests/:id', does: { en: 'one request', ru: 'один запрос' } },
      { method: 'DELETE', path: '/api/bins/:bin', does: { en: 'clears a bin', ru: 'очищает корзину' } },
      has('response-rules') && {
        method: 'PUT',
        path: '/api/bins/:bin/response',
        does: { en: 'sets what senders are answered', ru: 'задаёт ответ отправителям' },
        curl: jsonCurl('PUT', { status: 503, contentType: 'text/plain', body: 'later' }),
      },
      has('response-rules') && {
        method: 'DELETE',
        path: '/api/bins/:bin/response',
        does: { en: 'back to the usual answer', ru: 'возвращает обычный ответ' },
      },
    )
  },

  variables: (spec) =>
    featuresOf(spec)('retention')
      ? [
          {
            name: 'RETENTION_DAYS',
            option: 'retentionDays',
            example: '7',
            meaning: 'After how many days caught requests are removed; 7 when not set.',
            fallback: '7',
            read: 'env.RETENTION_DAYS ? readDays(env.RETENTION_DAYS) : undefined',
          },
        ]
      : [],

  dataFiles: (spec) => ({
    'requests.jsonl': 'what was caught, with all its headers',
    ...(featuresOf(spec)('response-rules') && { 'responses.jsonl': 'the answers that were set' }),
  }),

  about: (spec) => {
    const has = featuresOf(spec)
    return lines(
      'Catches whatever is sent to `/hook/NAME`, with any method, and shows it: address, headers and body. The newest',
      '1,000 requests are kept.',
      has('response-rules') &&
        '\nA bin can be told what to answer its senders: a status, a content type and a body.',
      has('search') && '\n`q` finds requests by words in their address, headers or body.',
      has('retention') && '\nRequests are removed after `RETENTION_DAYS`.',
      has('owner-key')
        ? '\nAnybody can send; only the owner can look. The browser asks for the owner key; any user name will do.'
        : '\nEverybody who reaches it can read what was caught, secrets in headers included: keep it to yourself.',
    )
  },

  outOfScope: [
    { en: 'Sending caught requests on', ru: 'Пересылка принятых запросов' },
    { en: 'Checking signatures', ru: 'Проверка подписей' },
  ],
}
