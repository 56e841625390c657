import type { Resource, ServiceSpec } from '../../spec.ts'
import { type Endpoint, featuresOf, file, type Kind, present } from '../kind.ts'
import { lines } from '../shared/code.ts'
import { jsonCurl } from '../shared/readme-source.ts'
import { article, fieldsSource, sampleValue, words } from './fields-source.ts'
import { pageSource } from './page-source.ts'
import { csvSource, recordsSource, routesSource } from './records-source.ts'
import { featureTests, pageTestSource, recordsTestSource, sampleSource } from './tests.ts'

const ANYTHING: Resource = { singular: 'item', plural: 'items', fields: [{ name: 'name', type: 'text' }] }
const resourceOf = ({ resource = ANYTHING }: ServiceSpec): Resource => resource

/** Records of one kind, with typed fields: what everything else comes down to. */
export const jsonService: Kind = {
  core: {
    en: 'Records: fields, checks, reading and writing',
    ru: 'Записи: поля, проверки, чтение и изменение',
  },
  summary: (spec) => {
    const { plural, fields } = resourceOf(spec)
    const names = fields.map(({ name }) => words(name)).join(', ')
    return {
      en: `${spec.title}: a JSON service that keeps ${words(plural)} (${names}), with a page.`,
      ru: `${spec.title}: JSON-сервис, который хранит ${words(plural)} (${names}), со страницей.`,
    }
  },

  files: (spec) => {
    const has = featuresOf(spec)
    const resource = resourceOf(spec)
    return [
      file('core', 'src/fields.js', fieldsSource(resource)),
      file('core', 'src/records.js', recordsSource(resource, has)),
      file('core', 'src/routes.js', routesSource(resource, has)),
      file('core', 'test/sample.js', sampleSource(resource)),
      file('core', 'test/records.test.js', recordsTestSource(resource, has)),
      file('core', 'src/page.js', pageSource(spec.title, resource, has)),
      file('checks', 'test/page.test.js', pageTestSource(resource, has)),
      ...(has('csv-export') ? [file('core', 'src/csv.js', csvSource)] : []),
      ...featureTests(resource, has).map(([path, source]) => file('checks', path, source)),
    ]
  },

  shared: (spec) => {
    const { plural } = resourceOf(spec)
    return {
      inputs: [],
      service: {
        imports: { createRecords: './records.js' },
        stores: { store: `${plural}.jsonl` },
        rules: 'const records = createRecords({ store, now })',
        routes: 'records',
        ownerOnly: 'writes',
      },
      tests: { collection: `/api/${plural}`, accepts: `/api/${plural}`, acceptsJson: true },
    }
  },

  endpoints: (spec) => {
    const has = featuresOf(spec)
    const { singular, plural, fields } = resourceOf(spec)
    const by = [has('search') && '`q`', has('pagination') && '`page`'].filter(Boolean).join(', ')
    return present<Endpoint>(
      { method: 'GET', path: '/', does: { en: 'the page', ru: 'страница' } },
      {
        method: 'POST',
        path: `/api/${plural}`,
        does: { en: `adds ${article(singular)} ${words(singular)}`, ru: 'добавляет запись' },
        curl: jsonCurl(
          'POST',
          Object.fromEntries(fields.map(({ name, type }) => [name, sampleValue(name, type)])),
        ),
      },
      {
        method: 'GET',
        path: `/api/${plural}`,
        does: {
          en: `all ${words(plural)}${by ? `; takes ${by}` : ''}`,
          ru: `все записи${by ? `; принимает ${by}` : ''}`,
        },
      },
      { method: 'GET', path: `/api/${plural}/:id`, does: { en: 'one of them', ru: 'одна запись' } },
      {
        method: 'PATCH',
        path: `/api/${plural}/:id`,
        does: { en: 'changes what is sent', ru: 'меняет присланное' },
      },
      { method: 'DELETE', path: `/api/${plural}/:id`, does: { en: 'removes it', ru: 'удаляет запись' } },
      has('csv-export') && {
        method: 'GET',
        path: `/api/${plural}.csv`,
        does: { en: 'all of them as a table', ru: 'все записи таблицей CSV' },
      },
    )
  },

  variables: () => [],
  dataFiles: (spec) => ({ [`${resourceOf(spec).plural}.jsonl`]: `the ${words(resourceOf(spec).plural)}` }),

  about: (spec) => {
    const has = featuresOf(spec)
    const { singular, plural, fields } = resourceOf(spec)
    return lines(
      `Keeps ${words(plural)}. ${article(singular) === 'an' ? 'An' : 'A'} ${words(singular)} has these fields; the first must be given:\n`,
      fields.map(({ name, type }) => `- \`${name}\`: ${type}`).join('\n'),
      has('search') && '\n`q` finds records by a part of any text.',
      has('pagination') && '\nA page has 50 records.',
      has('csv-export') && '\nEverything can be downloaded as CSV.',
      has('owner-key') && '\nEverybody can read; only the owner can change anything.',
    )
  },

  outOfScope: [
    { en: 'Links between records', ru: 'Связи между записями' },
    { en: 'User accounts', ru: 'Учётные записи пользователей' },
  ],
}
