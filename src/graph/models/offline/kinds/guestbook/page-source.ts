import type { Has } from '../kind.ts'
import { code } from '../shared/code.ts'
import { quote } from '../shared/quote.ts'

/** `src/page.js` of the guestbook. */
export const pageSource = (title: string, has: Has): string => code`
import { html, layout, moment } from './html.js'

const TITLE = ${quote(title)}

export function homePage(${has('pagination') ? '{ entries, page, pages }' : 'entries'}) {
  const content = html\`
<h1>\${TITLE}</h1>
<form method="post" action="/entries">
  <label>Your name
    <input name="name" required maxlength="80">
  </label>
  <label class="wide">Your message
    <textarea name="message" required maxlength="2000"></textarea>
  </label>
  <button>Sign</button>
</form>
\${entries.length === 0 ? html\`<p class="muted">Be the first to sign.</p>\` : entries.map(entryItem)}
${
  has('pagination') &&
  code`
<p class="actions">
  \${page > 1 && html\`<a href="/?page=\${page - 1}">← Newer</a>\`}
  <span class="muted">Page \${page} of \${pages}</span>
  \${page < pages && html\`<a href="/?page=\${page + 1}">Older →</a>\`}
</p>
`
}\`
  return layout(TITLE, content)
}

${
  has('moderation') &&
  code`
export const thanksPage = layout(
  TITLE,
  html\`<h1>Thank you</h1><p>Your entry will appear once it is approved.</p><p><a href="/">Back to the guestbook</a></p>\`,
)

export function moderationPage(waiting) {
  const content = html\`
<p><a href="/">← \${TITLE}</a></p>
<h1>Waiting for approval</h1>
\${waiting.length === 0 ? html\`<p class="muted">Nothing waits.</p>\` : waiting.map(waitingItem)}\`
  return layout('Waiting for approval', content)
}

const waitingItem = (entry) => html\`
<article>
  <strong>\${entry.name}</strong> <span class="muted">\${moment(entry.at)}</span>
  <div class="text">\${entry.message}</div>
  <div class="actions">
    <form method="post" action="/entries/\${entry.id}/approve"><button>Approve</button></form>
    <form method="post" action="/entries/\${entry.id}/remove"><button class="quiet">Remove</button></form>
  </div>
</article>\`
`
}

const entryItem = (entry) => html\`
<article>
  <strong>\${entry.name}</strong> <span class="muted">\${moment(entry.at)}</span>
  <div class="text">\${entry.message}</div>
  ${
    has('likes') &&
    code`
<form method="post" action="/entries/\${entry.id}/like"><button class="quiet">♥ \${entry.likes}</button></form>
`
  }
  ${
    has('replies') &&
    code`
\${entry.reply && html\`<blockquote class="text">\${entry.reply.text}</blockquote>\`}
<details>
  <summary class="muted">Reply as the owner</summary>
  <form method="post" action="/entries/\${entry.id}/reply">
    <label>Reply
      <input name="text" maxlength="2000" value="\${entry.reply?.text}">
    </label>
    <button class="quiet">Reply</button>
  </form>
</details>
`
  }
</article>\`
`
