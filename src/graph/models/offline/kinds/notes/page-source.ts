import type { Has } from '../kind.ts'
import { code } from '../shared/code.ts'
import { quote } from '../shared/quote.ts'

/** `src/page.js` of the notes. */
export const pageSource = (title: string, has: Has): string => {
  const filtered = has('tags', 'search', 'archive')
  return code`
import { html, layout, moment } from './html.js'

const TITLE = ${quote(title)}

export function homePage(notes${filtered && ', filter'}) {
  const content = html\`
<h1>\${TITLE}</h1>
<form method="post" action="/notes">
  \${fields()}
  <button>Add note</button>
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
${has('tags') && code`\${filter.tag && html\`<p>Tagged <span class="tag">\${filter.tag}</span> · <a href="/">show all</a></p>\`}`}
${
  has('archive') &&
  code`<p class="muted">\${filter.archived ? html\`Archive · <a href="/">back to the notes</a>\` : html\`<a href="/?archived=true">Archive</a>\`}</p>`
}
\${notes.length === 0 ? html\`<p class="muted">No notes here.</p>\` : notes.map(noteItem)}\`
  return layout(TITLE, content)
}

export function notePage(note) {
  const content = html\`
<p><a href="/">← \${TITLE}</a></p>
<h1>\${note.title}</h1>
<form method="post" action="/notes/\${note.id}">
  \${fields(note)}
  <button>Save</button>
</form>
<div class="actions">
  ${has('pinning') && `\${action(note, 'pin', note.pinned ? 'Unpin' : 'Pin')}`}
  ${has('archive') && `\${action(note, 'archive', note.archived ? 'Back from the archive' : 'Archive')}`}
  \${action(note, 'remove', 'Remove')}
</div>
<p class="muted">Written \${moment(note.createdAt)}, changed \${moment(note.updatedAt)}</p>\`
  return layout(note.title, content)
}

const noteItem = (note) => html\`
<article>
  <h2>${has('pinning') && code`\${note.pinned && '📌 '}`}<a href="/notes/\${note.id}">\${note.title}</a></h2>
  <div class="text">\${note.text}</div>
  ${has('tags') && code`<p>\${note.tags.map((tag) => html\`<a class="tag" href="/?tag=\${encodeURIComponent(tag)}">\${tag}</a> \`)}</p>`}
</article>\`

const fields = (note = {}) => html\`
  <label class="wide">Title
    <input name="title" required maxlength="200" value="\${note.title}">
  </label>
  <label class="wide">Text
    <textarea name="text" required maxlength="10000">\${note.text}</textarea>
  </label>
  ${
    has('tags') &&
    code`
<label>Tags (optional, with commas)
  <input name="tags" value="\${note.tags?.join(', ')}">
</label>
`
  }
\`

const action = (note, name, label) =>
  html\`<form method="post" action="/notes/\${note.id}/\${name}"><button class="quiet">\${label}</button></form>\`
`
}
