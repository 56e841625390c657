import { code } from '../shared/code.ts'

/** `src/uptime.js`: how much of each day a component worked. */
export const uptimeSource = code`
const MINUTE_MS = 60_000
const DAY_MS = 24 * 60 * MINUTE_MS
const SHOWN_DAYS = 30
/** To a visitor, planned work and trouble are both time without the service. */
const UP = ['operational', 'degraded']

/** Remembers when components changed state. The key holds the moment, so that saving twice counts once. */
export function createUptime({ store, now }) {
  const keyOf = (change) => \`\${change.componentId} \${change.since}\`
  const changesOf = (id) => store.values().filter(({ componentId }) => componentId === id)

  return {
    record({ id, state, since }) {
      const change = { componentId: id, state, since }
      if (!store.has(keyOf(change))) store.put(keyOf(change), change)
    },

    forget(id) {
      for (const change of changesOf(id)) store.delete(keyOf(change))
    },

    /** The last 30 days, oldest first: \`{date, percent}\`, with null for days before the component existed. */
    of(id) {
      const changes = changesOf(id)
      const today = Math.floor(now().getTime() / DAY_MS)
      return Array.from({ length: SHOWN_DAYS }, (_, index) => {
        const from = (today - SHOWN_DAYS + 1 + index) * DAY_MS
        const date = new Date(from).toISOString().slice(0, 10)
        return { date, percent: percentUp(changes, from, Math.min(from + DAY_MS, now().getTime())) }
      })
    },
  }
}

/** The share of the time from \`from\` to \`to\` in which the component worked, of the time it existed. */
function percentUp(changes, from, to) {
  let known = 0
  let up = 0
  for (const [index, { state, since }] of changes.entries()) {
    const start = Math.max(from, Date.parse(since))
    const end = Math.min(to, index + 1 < changes.length ? Date.parse(changes[index + 1].since) : to)
    if (end <= start) continue
    known += end - start
    if (UP.includes(state)) up += end - start
  }
  return known === 0 ? null : Math.round((up / known) * 10_000) / 100
}
`

/** `src/feed.js`: an Atom feed of incidents. */
export const feedSource = (title: string): string => code`
const TITLE = ${title}
const ESCAPES = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
const escapeXml = (text) => text.replace(/[&<>"]/g, (character) => ESCAPES[character])

/** An Atom feed with one entry per update of an incident, the newest first. */
export function atomFeed(incidents, now) {
  const updates = incidents.flatMap(({ id, title, updates }) =>
    updates.map((update, index) => ({ ...update, title, id: \`urn:uuid:\${id}#\${index}\` })),
  )
  updates.sort((a, b) => b.at.localeCompare(a.at))
  return \`<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom">
<title>\${escapeXml(TITLE)}</title>
<id>urn:status:\${encodeURIComponent(TITLE)}</id>
<updated>\${updates[0]?.at ?? now.toISOString()}</updated>
<author><name>\${escapeXml(TITLE)}</name></author>
\${updates.map(entry).join('')}</feed>
\`
}

const entry = ({ id, title, step, message, at }) => \`<entry>
<id>\${id}</id>
<title>\${escapeXml(title)}: \${step}</title>
<updated>\${at}</updated>
<content type="text">\${escapeXml(message)}</content>
</entry>
\`
`
