import type { Has } from '../kind.ts'
import { code } from '../shared/code.ts'
import { quote } from '../shared/quote.ts'

/** `src/page.js` of the status page. */
export const pageSource = (title: string, has: Has): string => code`
import { STATES } from './components.js'
import { html, layout, moment } from './html.js'
import { STEPS } from './incidents.js'

const TITLE = ${quote(title)}
const SUMMARY = {
  operational: 'All systems work',
  maintenance: 'Maintenance is under way',
  degraded: 'Some systems are slow or limited',
  outage: 'Some systems are down',
}
const SIGNS = { operational: '🟢', maintenance: '🔵', degraded: '🟡', outage: '🔴' }

export function homePage({ overall, components, incidents }) {
  const open = incidents.filter(({ step }) => step !== 'resolved')
  const past = incidents.filter(({ step }) => step === 'resolved')
  const content = html\`
<h1>\${TITLE}</h1>
<p><strong>\${SIGNS[overall]} \${SUMMARY[overall]}</strong></p>
\${open.length > 0 && html\`<h2>Now</h2>\${open.map(incidentItem)}\`}
<h2>Components</h2>
\${components.length === 0 ? html\`<p class="muted">None yet.</p>\` : html\`<table>\${components.map(componentRow)}</table>\`}
\${past.length > 0 && html\`<h2>History</h2>\${past.map(incidentItem)}\`}
${has('feed') && '<p class="muted"><a href="/feed.xml">Feed of incidents</a></p>'}
\${manage(components, open)}\`
  return layout(TITLE, content)
}

const componentRow = ({ name, state, since${has('uptime-history') && ', uptime'} }) => html\`
  <tr>
    <td>\${SIGNS[state]} \${name}</td>
    <td>\${state}<br><span class="muted">since \${moment(since)}</span></td>
    ${has('uptime-history') && code`<td>\${uptime.map(dayMark)}<br><span class="muted">last 30 days</span></td>`}
  </tr>\`
${
  has('uptime-history') &&
  code`

const dayMark = ({ date, percent }) =>
  html\`<span title="\${date}: \${percent === null ? 'no data' : \`\${percent} %\`}">\${markOf(percent)}</span>\`

function markOf(percent) {
  if (percent === null) return '·'
  return percent === 100 ? '█' : percent >= 95 ? '▆' : percent >= 50 ? '▄' : '▁'
}
`
}

const incidentItem = ({ title, updates }) => html\`
<article>
  <strong>\${title}</strong>
  \${updates.toReversed().map(updateItem)}
</article>\`

const updateItem = ({ at, step, message }) => html\`
  <p><strong>\${step}</strong> <span class="muted">\${moment(at)}</span><br><span class="text">\${message}</span></p>\`

const manage = (components, open) => html\`
<details>
  <summary>Manage</summary>
  <h2>Add a component</h2>
  <form method="post" action="/components">
    <label>Name <input name="name" required maxlength="80"></label>
    <button>Add</button>
  </form>
  \${components.map(componentForms)}
  <h2>Report an incident</h2>
  <form method="post" action="/incidents">
    <label>Title <input name="title" required maxlength="200"></label>
    <label>Step \${choice('step', STEPS)}</label>
    <label class="wide">Message <textarea name="message" required maxlength="2000"></textarea></label>
    <button>Report</button>
  </form>
  \${open.map(updateForm)}
</details>\`

const componentForms = ({ id, name, state }) => html\`
  <div class="actions">
    <form method="post" action="/components/\${id}">
      <label>\${name} \${choice('state', STATES, state)}</label>
      <button>Set</button>
    </form>
    <form method="post" action="/components/\${id}/remove"><button class="quiet">Remove</button></form>
  </div>\`

const updateForm = ({ id, title, step }) => html\`
  <h2>Update “\${title}”</h2>
  <form method="post" action="/incidents/\${id}/updates">
    <label>Step \${choice('step', STEPS, step)}</label>
    <label class="wide">Message <textarea name="message" required maxlength="2000"></textarea></label>
    <button>Update</button>
  </form>\`

const choice = (name, options, chosen) => html\`
<select name="\${name}">\${options.map((o) => html\`<option\${o === chosen && html\` selected\`}>\${o}</option>\`)}</select>\`
`
