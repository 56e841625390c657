import type { FieldType, Resource } from '../../spec.ts'
import type { Has } from '../kind.ts'
import { code } from '../shared/code.ts'
import { quote } from '../shared/quote.ts'
import { words } from './fields-source.ts'

const INPUTS: Record<FieldType, string> = {
  text: 'maxlength="2000"',
  number: 'type="number" step="any"',
  date: 'type="date"',
  boolean: '',
}

/** `src/page.js` of the JSON service. */
export const pageSource = (title: string, { singular, plural, fields }: Resource, has: Has): string => {
  const given = has('pagination') ? '{ page, pages, records }' : 'records'
  return code`
import { FIELDS } from './fields.js'
import { html, layout } from './html.js'

const TITLE = ${quote(title)}

export function homePage(${given}${has('search') && ', q'}) {
  const content = html\`
<h1>\${TITLE}</h1>
<form method="post" action="/${plural}">
  ${fields.map(({ name, type }, index) => inputFor(name, type, index === 0)).join('\n')}
  <button>Add ${words(singular)}</button>
</form>
${
  has('search') &&
  code`
<form method="get" action="/">
  <label>Search
    <input type="search" name="q" value="\${q}">
  </label>
  <button class="quiet">Find</button>
</form>
`
}
\${records.length === 0 ? html\`<p class="muted">No ${words(plural)} here.</p>\` : recordTable(records)}
${
  has('pagination') &&
  code`
<p class="actions">
  \${page > 1 && html\`<a href="/?page=\${page - 1}${has('search') && code`&q=\${encodeURIComponent(q)}`}">← Back</a>\`}
  <span class="muted">Page \${page} of \${pages}</span>
  \${page < pages && html\`<a href="/?page=\${page + 1}${has('search') && code`&q=\${encodeURIComponent(q)}`}">Next →</a>\`}
</p>
`
}
${has('csv-export') && `<p><a href="/api/${plural}.csv">Download as CSV</a></p>`}\`
  return layout(TITLE, content)
}

const recordTable = (records) => html\`
<table>
  <tr>\${FIELDS.map(({ name }) => html\`<th>\${name.replaceAll('_', ' ')}</th>\`)}<th></th></tr>
  \${records.map(recordRow)}
</table>\`

const recordRow = (record) => html\`
  <tr>
    \${FIELDS.map(({ name }) => html\`<td>\${${fields.some(({ type }) => type === 'boolean') ? 'shown(record[name])' : 'record[name]'}}</td>\`)}
    <td><form method="post" action="/${plural}/\${record.id}/remove"><button class="quiet">Remove</button></form></td>
  </tr>\`
${fields.some(({ type }) => type === 'boolean') && "\nconst shown = (value) => (typeof value === 'boolean' ? (value ? 'yes' : 'no') : value)"}
`
}

const inputFor = (name: string, type: FieldType, required: boolean): string => {
  const attributes = `name="${name}"${required ? ' required' : ''}`
  const label = words(name).replace(/^./, (letter) => letter.toUpperCase())
  return type === 'boolean'
    ? `<label>${label}\n  <select ${attributes}><option></option><option value="true">yes</option><option value="false">no</option></select>\n</label>`
    : `<label>${label}\n  <input ${attributes} ${INPUTS[type]}>\n</label>`
}
