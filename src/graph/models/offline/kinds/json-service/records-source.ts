import type { Resource } from '../../spec.ts'
import type { Has } from '../kind.ts'
import { code } from '../shared/code.ts'
import { words } from './fields-source.ts'

/** `src/records.js`: the rules of the records. */
export const recordsSource = ({ singular }: Resource, has: Has): string => {
  const options = [has('search') && "q = ''", has('pagination') && 'page = 1'].filter(Boolean).join(', ')
  const found = has('search') ? 'all().filter((record) => mentions(record, q.toLowerCase()))' : 'all()'
  return code`
import { randomUUID } from 'node:crypto'
import { FIELDS, readFields } from './fields.js'
import { HttpError } from './http.js'

${has('pagination') && 'const PAGE_SIZE = 50'}
/** Fields that were left out, or did not exist when a record was made, are null. */
const EMPTY = Object.fromEntries(FIELDS.map(({ name }) => [name, null]))

export function createRecords({ store, now }) {
  const get = (id) => {
    const record = store.get(id)
    if (!record) throw new HttpError(404, 'There is no such ${words(singular)}.')
    return { ...EMPTY, ...record }
  }
  const save = (record) => {
    store.put(record.id, record)
    return record
  }
  const all = () => store.values().map((record) => ({ ...EMPTY, ...record }))

  return {
    get,

    add(input) {
      const fields = readFields({ [FIELDS[0].name]: null, ...input })
      const at = now().toISOString()
      return save({ id: randomUUID(), ...EMPTY, ...fields, createdAt: at, updatedAt: at })
    },

    /** Changes only the fields that \`input\` names. */
    change: (id, input) => save({ ...get(id), ...readFields(input), updatedAt: now().toISOString() }),

    remove(id) {
      get(id)
      store.delete(id)
    },

    ${
      has('pagination')
        ? code`
/** One page, in the order in which they were added. */
list({ ${options} } = {}) {
  const records = ${found}
  const pages = Math.max(1, Math.ceil(records.length / PAGE_SIZE))
  return { page, pages, total: records.length, records: records.slice((page - 1) * PAGE_SIZE, page * PAGE_SIZE) }
},
${has('csv-export') && '\nall,'}
`
        : code`
/** In the order in which they were added. */
list${has('search') ? `: ({ ${options} } = {}) => ${found}` : ': all'},
`
    }
  }
}
${
  has('search') &&
  code`

/** Whether one of the texts of the record contains the words. */
const mentions = (record, words) =>
  FIELDS.some(({ name }) => typeof record[name] === 'string' && record[name].toLowerCase().includes(words))
`
}
`
}

/** `src/csv.js`. */
export const csvSource = code`
import { FIELDS } from './fields.js'

const COLUMNS = ['id', ...FIELDS.map(({ name }) => name), 'createdAt', 'updatedAt']

/** A table with one line per record, as RFC 4180 has it; it starts with a mark that makes Excel read it as UTF-8. */
export const toCsv = (records) =>
  \`\uFEFF\${[COLUMNS, ...records.map((record) => COLUMNS.map((name) => record[name]))].map(line).join('')}\`

const line = (values) => \`\${values.map(cell).join(',')}\r\n\`

function cell(value) {
  const text = String(value ?? '')
  // A text that starts like a formula would be run by the spreadsheet that opens it.
  const safe = typeof value === 'string' && /^[=+\-@\t\r]/.test(text) ? \`'\${text}\` : text
  return /[",\r\n]/.test(safe) ? \`"\${safe.replaceAll('"', '""')}"\` : safe
}
`

/** `src/routes.js` of the JSON service. */
export const routesSource = ({ plural }: Resource, has: Has): string => {
  const filtered = has('search', 'pagination')
  const all = has('pagination') ? 'records.all()' : 'records.list()'
  return code`
${has('csv-export') && "import { toCsv } from './csv.js'"}
import { ${has('pagination') && 'HttpError, '}json, page, seeOther } from './http.js'
import { homePage } from './page.js'

export function routes({ records }) {
  ${filtered && 'const list = ({ query }) => records.list(filterOf(query))'}
  ${
    has('search')
      ? "const showPage = (request) => page(homePage(list(request), request.query.get('q') ?? ''))"
      : filtered
        ? 'const showPage = (request) => page(homePage(list(request)))'
        : 'const showPage = () => page(homePage(records.list()))'
  }
  const addFromPage = async (request) => {
    records.add(await request.form())
    return seeOther('/')
  }
  const removeFromPage = ({ params }) => {
    records.remove(params.id)
    return seeOther('/')
  }
  const change = async (request) => json(200, records.change(request.params.id, await request.json()))
  const remove = ({ params }) => {
    records.remove(params.id)
    return json(200, { removed: params.id })
  }
  ${
    has('csv-export') &&
    code`
const exportCsv = () => ({
  status: 200,
  headers: {
    'content-type': 'text/csv; charset=utf-8',
    'content-disposition': 'attachment; filename="${plural}.csv"',
  },
  body: toCsv(${all}),
})
`
  }

  return [
    ['GET', '/', showPage],
    ['POST', '/${plural}', addFromPage],
    ['POST', '/${plural}/:id/remove', removeFromPage],
    ['GET', '/api/${plural}', ${filtered ? '(request) => json(200, list(request))' : '() => json(200, records.list())'}],
    ['POST', '/api/${plural}', async (request) => json(201, records.add(await request.json()))],
    ['GET', '/api/${plural}/:id', ({ params }) => json(200, records.get(params.id))],
    ['PATCH', '/api/${plural}/:id', change],
    ['DELETE', '/api/${plural}/:id', remove],
    ${has('csv-export') && `['GET', '/api/${plural}.csv', exportCsv],`}
  ]
}
${
  filtered &&
  code`

${
  has('pagination')
    ? code`
function filterOf(query) {
  const page = Number(query.get('page') ?? 1)
  if (!Number.isInteger(page) || page < 1) throw new HttpError(400, '“page” must be a number from 1.')
  return { ${has('search') && "q: query.get('q') ?? '', "}page }
}
`
    : "const filterOf = (query) => ({ q: query.get('q') ?? '' })"
}
`
}
`
}
