import type { Has } from '../kind.ts'
import { code } from '../shared/code.ts'
import { quote } from '../shared/quote.ts'

/** `src/page.js` of the to-do list. */
export const pageSource = (title: string, has: Has): string => {
  const names = ['tasks', has('tags', 'search') && 'filter', has('due-dates') && 'today']
    .filter(Boolean)
    .join(', ')
  return code`
import { html, layout } from './html.js'
${has('priorities') && "import { PRIORITIES } from './tasks.js'"}

const TITLE = ${quote(title)}

export function homePage({ ${names} }) {
  const content = html\`
<h1>\${TITLE}</h1>
<form method="post" action="/tasks">
  <label class="wide">What is to be done
    <input name="title" required maxlength="200">
  </label>
  ${
    has('due-dates') &&
    code`
<label>Due (optional)
  <input type="date" name="due">
</label>
`
  }
  ${
    has('priorities') &&
    code`
<label>Priority
  <select name="priority">\${PRIORITIES.map((name) => html\`<option\${name === 'normal' && html\` selected\`}>\${name}</option>\`)}</select>
</label>
`
  }
  ${
    has('tags') &&
    code`
<label>Tags (optional, with commas)
  <input name="tags">
</label>
`
  }
  <button>Add</button>
</form>
${
  has('search') &&
  code`
<form method="get" action="/">
  <label>Search
    <input type="search" name="q" value="\${filter.q}">
  </label>
  <button class="quiet">Find</button>
</form>
`
}
${has('tags') && `\${filter.tag && html\`<p>Tagged <span class="tag">\${filter.tag}</span> · <a href="/">show all</a></p>\`}`}
\${tasks.length === 0 ? html\`<p class="muted">Nothing to do.</p>\` : html\`<table>\${tasks.map(${
    has('due-dates') ? '(task) => taskRow(task, today)' : 'taskRow'
  })}</table>\`}\`
  return layout(TITLE, content)
}

const taskRow = (${has('due-dates') ? 'task, today' : 'task'}) => html\`
  <tr>
    <td>
      \${task.done ? html\`<s>\${task.title}</s>\` : task.title}
      ${has('tags') && code`\${task.tags.map((tag) => html\`<a class="tag" href="/?tag=\${encodeURIComponent(tag)}">\${tag}</a> \`)}`}
    </td>
    ${has('priorities') && code`<td>\${task.priority}</td>`}
    ${
      has('due-dates') &&
      code`<td>\${task.due}\${task.due && !task.done && task.due < today && html\` <strong>overdue</strong>\`}</td>`
    }
    <td class="actions">
      <form method="post" action="/tasks/\${task.id}/toggle"><button class="quiet">\${task.done ? 'Reopen' : 'Done'}</button></form>
      <form method="post" action="/tasks/\${task.id}/remove"><button class="quiet">Remove</button></form>
    </td>
  </tr>\`
`
}
