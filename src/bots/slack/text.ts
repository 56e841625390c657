/** Slack's special sequences: `<@U1>`, `<#C1|general>`, `<!here>`, `<https://example.org|label>`. */
const SEQUENCE = /<([^<>]*)>/g

/** What a person typed, without Slack's encoding (docs.slack.dev/messaging/formatting-message-text). */
export const decodeText = (text: string): string =>
  text
    .replace(SEQUENCE, (_, inside: string) => decodeSequence(inside))
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')

/** For the few texts that Slack parses: nothing in them mentions anybody or becomes a link. */
export const escapeText = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

export const mentions = (text: string, userId: string): boolean => text.includes(`<@${userId}>`)

/** The text without the mentions that addressed it to the bot. */
export const withoutMention = (text: string, userId: string): string =>
  text.replace(new RegExp(`\\s*<@${userId}(\\|[^>]*)?>[,:]?`, 'g'), '').trim()

/** At most `limit` characters, the last one an ellipsis when something is missing; never half a character. */
export const shorten = (text: string, limit: number): string => {
  if (text.length <= limit) return text
  const cut = text.slice(0, limit - 1)
  return `${/[\uD800-\uDBFF]$/.test(cut) ? cut.slice(0, -1) : cut}…`
}

/**
 * Without the characters that nobody sees and that change how the rest is read: control characters (tabs and line
 * ends stay) and direction overrides, with which `exe.tpircs` is shown as `script.exe`.
 */
export const printable = (text: string): string =>
  text
    .replace(/\r\n?/g, '\n')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is to be removed.
    .replace(/[\u0000-\u0008\u000B-\u001F\u007F\u202A-\u202E\u2066-\u2069]/g, '')
    .toWellFormed()

const decodeSequence = (inside: string): string => {
  const [target = '', ...rest] = inside.split('|')
  const label = rest.join('|')
  if (target.startsWith('@')) return `@${label || target.slice(1)}`
  if (target.startsWith('#')) return `#${label || target.slice(1)}`
  if (target.startsWith('!')) return decodeCommand(target.slice(1), label)
  if (!label || label === target) return target
  // Slack makes links of what looks like one; the person typed only the label.
  if (target === `http://${label}` || target === `https://${label}` || target === `mailto:${label}`)
    return label
  return `${label} (${target})`
}

const decodeCommand = (command: string, label: string): string => {
  if (command.startsWith('date^')) return label
  if (command.startsWith('subteam^')) return label ? `@${label.replace(/^@/, '')}` : '@group'
  return `@${command}`
}
