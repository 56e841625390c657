import type { Outgoing } from '../../../src/bots/chat.ts'

/** What a person would see, as text: for comparing with the golden files, and for reading them. */
export const drawn = (outgoing: Outgoing | undefined): string => {
  if (!outgoing) return '(nothing)'
  const { markdown, card, file, ask } = outgoing
  const lines = markdown === undefined ? [] : [markdown]
  if (ask) lines.push(`? ${ask.prompt}`, `  (${ask.placeholder})`)
  if (ask?.initial !== undefined) lines.push('  beginning with:', ask.initial)
  if (card) {
    lines.push(`# ${card.title} [${card.tone}]`)
    if (card.calls && card.calls.length > 0)
      lines.push(
        `🔔 ${card.calls.map((one) => `${one.name} (${one.platformUserId ?? 'no account'})`).join(', ')}`,
      )
    if (card.body) lines.push(card.body)
    for (const { label, value } of card.fields ?? []) lines.push(`${label}: ${value}`)
    for (const row of card.buttons ?? [])
      lines.push(
        row.map(({ label, action, style }) => `[${label}]${style ? `(${style})` : ''} ${action}`).join('   '),
      )
    if (card.footer) lines.push(`-- ${card.footer}`)
  }
  if (file) lines.push(`@ ${file.name} (${file.mediaType}): ${file.caption}`)
  return lines
    .join('\n')
    .replace(/\b((?:approval|incident):\w+):[\w-]{22}/g, '$1:ID')
    .replace(/\b(agent:[cp]):[\w-]{22}:(\d+):[\w-]{22}/g, '$1:ID:$2:DRAFT')
    .replace(/\b(agent:\w|page:[\w-]+:\d+):[\w-]{22}/g, '$1:ID')
    .replace(/~[\w-]{22}/g, '~ID')
    .replace(/(?:[2-9A-HJ-NP-Z]{4}-){5}[2-9A-HJ-NP-Z]{4}/g, 'CODE')
}
