import type { Has } from '../kind.ts'
import { code } from '../shared/code.ts'
import { quote } from '../shared/quote.ts'

/** `src/page.js` of the URL shortener. */
export const pageSource = (title: string, has: Has): string => code`
import { html, layout${has('expiry') && ', moment'} } from './html.js'

const TITLE = ${quote(title)}

export function homePage(links) {
  const content = html\`
<h1>\${TITLE}</h1>
<form method="post" action="/links">
  <label class="wide">Long address
    <input type="url" name="url" required maxlength="2048" placeholder="https://">
  </label>
  ${
    has('custom-slugs') &&
    code`
<label>Own slug (optional)
  <input name="slug" pattern="[A-Za-z0-9_\\-]{3,40}">
</label>
`
  }
  ${
    has('expiry') &&
    code`
<label>Expires in days (optional)
  <input type="number" name="expiresInDays" min="1" max="3650">
</label>
`
  }
  <button>Shorten</button>
</form>
\${links.length === 0 ? html\`<p class="muted">No links yet.</p>\` : linkTable(links)}\`
  return layout(TITLE, content)
}

const linkTable = (links) => html\`
<table>
  <tr><th>Short link</th><th>Leads to</th>${has('statistics') && '<th>Clicks</th>'}${has('expiry') && '<th>Expires</th>'}${has('link-removal') && '<th></th>'}</tr>
  \${links.map(linkRow)}
</table>\`

const linkRow = (link) => html\`
  <tr>
    <td><a href="\${link.shortUrl}">\${link.shortUrl}</a></td>
    <td>\${link.url}</td>
    ${has('statistics') && code`<td>\${link.clicks}</td>`}
    ${has('expiry') && code`<td>\${link.expiresAt ? moment(link.expiresAt) : 'never'}</td>`}
    ${
      has('link-removal') &&
      code`
<td>
  <form method="post" action="/links/\${link.slug}/remove"><button class="quiet">Remove</button></form>
</td>
`
    }
  </tr>\`
`
