import { type Endpoint, featuresOf, file, type Kind, present } from '../kind.ts'
import { lines } from '../shared/code.ts'
import { quote } from '../shared/quote.ts'
import { jsonCurl } from '../shared/readme-source.ts'
import { feedSource, uptimeSource } from './feature-sources.ts'
import { pageSource } from './page-source.ts'
import { componentsSource, incidentsSource, routesSource } from './status-source.ts'
import { featureTests, pageTestSource, statusTestSource } from './tests.ts'

/** A page that tells whether things work. */
export const statusPage: Kind = {
  core: { en: 'Components, their states, and incidents', ru: 'Компоненты, их состояния и инциденты' },
  summary: ({ title }) => ({
    en: `${title}: how your components are, and the history of incidents.`,
    ru: `${title}: состояние компонентов и история инцидентов.`,
  }),

  files: (spec) => {
    const has = featuresOf(spec)
    return [
      file('core', 'src/components.js', componentsSource(has)),
      file('core', 'src/incidents.js', incidentsSource),
      file('core', 'src/routes.js', routesSource(has)),
      file('core', 'test/status.test.js', statusTestSource),
      file('core', 'src/page.js', pageSource(spec.title, has)),
      file('checks', 'test/page.test.js', pageTestSource),
      ...(has('feed') ? [file('core', 'src/feed.js', feedSource(quote(spec.title)))] : []),
      ...(has('uptime-history') ? [file('core', 'src/uptime.js', uptimeSource)] : []),
      ...featureTests(has).map(([path, source]) => file('checks', path, source)),
    ]
  },

  shared: (spec) => {
    const has = featuresOf(spec)
    const uptime = has('uptime-history')
    return {
      inputs: ['text', 'optionalText', 'oneOf'],
      service: {
        imports: {
          createComponents: './components.js',
          createIncidents: './incidents.js',
          ...(uptime && { createUptime: './uptime.js' }),
        },
        stores: {
          componentStore: 'components.jsonl',
          incidentStore: 'incidents.jsonl',
          ...(uptime && { uptimeStore: 'uptime.jsonl' }),
        },
        rules: lines(
          uptime && 'const uptime = createUptime({ store: uptimeStore, now })',
          `const components = createComponents({ store: componentStore, ${uptime ? 'uptime, ' : ''}now })`,
          'const incidents = createIncidents({ store: incidentStore, now })',
        ),
        routes: ['components', 'incidents', uptime && 'uptime', has('feed') && 'now']
          .filter(Boolean)
          .join(', '),
        ownerOnly: 'writes',
      },
      tests: { collection: '/api/components', accepts: '/api/components', acceptsJson: true },
    }
  },

  endpoints: (spec) => {
    const has = featuresOf(spec)
    return present<Endpoint>(
      { method: 'GET', path: '/', does: { en: 'the page', ru: 'страница' } },
      {
        method: 'GET',
        path: '/api/status',
        does: { en: 'everything the page shows', ru: 'всё, что на странице' },
      },
      {
        method: 'POST',
        path: '/api/components',
        does: { en: 'adds a component', ru: 'добавляет компонент' },
        curl: jsonCurl('POST', { name: 'Website' }),
      },
      { method: 'GET', path: '/api/components', does: { en: 'all components', ru: 'все компоненты' } },
      {
        method: 'PATCH',
        path: '/api/components/:id',
        does: {
          en: 'sets the `state`: operational, maintenance, degraded or outage',
          ru: 'меняет состояние `state`: operational, maintenance, degraded, outage',
        },
        curl: jsonCurl('PATCH', { state: 'outage' }),
      },
      {
        method: 'DELETE',
        path: '/api/components/:id',
        does: { en: 'removes a component', ru: 'удаляет компонент' },
      },
      {
        method: 'POST',
        path: '/api/incidents',
        does: { en: 'reports an incident', ru: 'сообщает об инциденте' },
        curl: jsonCurl('POST', { title: 'The website is down', message: 'We are looking into it.' }),
      },
      {
        method: 'GET',
        path: '/api/incidents',
        does: { en: 'all incidents, newest first', ru: 'все инциденты' },
      },
      {
        method: 'POST',
        path: '/api/incidents/:id/updates',
        does: {
          en: 'adds an update with a `message`, and perhaps a `step`: investigating, identified, monitoring, resolved',
          ru: 'добавляет сообщение `message` и, если нужно, шаг `step`: investigating, identified, monitoring, resolved',
        },
      },
      has('uptime-history') && {
        method: 'GET',
        path: '/api/components/:id/uptime',
        does: { en: 'its last 30 days in percent', ru: 'доступность по дням за 30 дней' },
      },
      has('feed') && {
        method: 'GET',
        path: '/feed.xml',
        does: { en: 'an Atom feed of incidents', ru: 'лента инцидентов Atom' },
      },
    )
  },

  variables: () => [],
  dataFiles: (spec) => ({
    'components.jsonl': 'the components',
    'incidents.jsonl': 'the incidents with their updates',
    ...(featuresOf(spec)('uptime-history') && { 'uptime.jsonl': 'when components changed their state' }),
  }),

  about: (spec) => {
    const has = featuresOf(spec)
    return lines(
      'A status page: components with a state each, incidents with their updates, and the history. States are set by',
      'people or scripts through the API; the service checks nothing by itself.',
      has('uptime-history') &&
        '\nThe page shows how much of each of the last 30 days every component worked.',
      has('feed') && '\nReaders can subscribe to incidents at `/feed.xml`.',
      has('owner-key')
        ? '\nEverybody can read; only the owner can change anything. The browser asks for the owner key; any user name will do.'
        : '\nEverybody who reaches it can change it: keep it on an address that only you reach.',
    )
  },

  outOfScope: [
    { en: 'Checking addresses by itself', ru: 'Самостоятельная проверка адресов' },
    { en: 'E-mail to subscribers', ru: 'Рассылка подписчикам по почте' },
  ],
}
