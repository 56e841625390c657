import { code } from './code.ts'

/** `src/html.js`: escaping by construction, and the frame of every page. */
export const htmlSource = code`
import { style } from './style.js'

const ESCAPES = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

class Markup {
  constructor(text) {
    this.text = text
  }
  toString() {
    return this.text
  }
}

/** Markup from a template. Every value is escaped, except markup made by this same function. */
export const html = (strings, ...values) =>
  new Markup(strings.map((text, index) => text + (index < values.length ? render(values[index]) : '')).join(''))

function render(value) {
  if (value instanceof Markup) return value.text
  if (Array.isArray(value)) return value.map(render).join('')
  if (value === undefined || value === null || value === false) return ''
  return String(value).replace(/[&<>"']/g, (character) => ESCAPES[character])
}

export const layout = (title, content) => html\`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>\${title}</title>
<style>\${new Markup(style)}</style>
</head>
<body>
<main>
\${content}
</main>
</body>
</html>
\`

export const errorPage = (status, message) =>
  layout(\`Error \${status}\`, html\`<h1>Error \${status}</h1><p>\${message}</p><p><a href="/">Back to the start</a></p>\`)

/** A moment as people read it: \`2030-01-31 12:00 UTC\`. */
export const moment = (iso) => \`\${iso.slice(0, 10)} \${iso.slice(11, 16)} UTC\`
`

/** `src/style.js`. */
export const styleSource = code`
/** Kept inside the page: no second request, and it follows the reader's light or dark setting. */
export const style = \`
:root { color-scheme: light dark; --line: color-mix(in srgb, currentColor 18%, transparent); --accent: #2f6fde; }
* { box-sizing: border-box; }
body { margin: 0; font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 52rem; margin: 0 auto; padding: 2rem 1rem 4rem; }
h1 { margin: 0 0 1.25rem; font-size: 1.75rem; }
h2 { margin: 2rem 0 .75rem; font-size: 1.15rem; }
a { color: var(--accent); }
form { display: flex; flex-wrap: wrap; gap: .5rem; align-items: end; margin: 0 0 1rem; }
label { display: grid; gap: .2rem; flex: 1 1 10rem; font-size: .85rem; }
label.wide { flex-basis: 100%; }
input, select, textarea, button { font: inherit; padding: .45rem .6rem; border: 1px solid var(--line); border-radius: .4rem; }
textarea { min-height: 6rem; resize: vertical; }
button { border-color: var(--accent); background: var(--accent); color: white; cursor: pointer; }
button.quiet { border-color: var(--line); background: none; color: inherit; padding: .2rem .5rem; font-size: .85rem; }
table { width: 100%; border-collapse: collapse; }
th, td { padding: .45rem .5rem; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; overflow-wrap: anywhere; }
th, button { white-space: nowrap; } td form { margin: 0; }
article { padding: .75rem 0; border-bottom: 1px solid var(--line); overflow-wrap: anywhere; }
pre { padding: .6rem; border: 1px solid var(--line); border-radius: .4rem; overflow: auto; white-space: pre-wrap; }
.actions { display: flex; gap: .4rem; } .actions form { margin: 0; }
.muted { opacity: .65; font-size: .85rem; }
.tag { padding: .05rem .45rem; border: 1px solid var(--line); border-radius: 1rem; font-size: .8rem; }
.text { white-space: pre-wrap; }
\`
`
