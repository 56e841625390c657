/** A block of code that its own content cannot close. */
export const fenced = (content: string, language = ''): string => {
  const shown = printable(content).trimEnd()
  const longest = Math.max(2, ...[...shown.matchAll(/`+/g)].map(([run]) => run.length))
  const fence = '`'.repeat(longest + 1)
  return `${fence}${language}\n${shown}\n${fence}`
}

/** Logs carry colours and worse; a chat shows neither. */
const printable = (text: string): string =>
  text
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the escape character is what is looked for
    .replace(/\u001b\[[0-9;?]*[A-Za-z]/g, '')
    .replace(/\r\n?/g, '\n')
    .replace(/[^\P{Cc}\n\t]/gu, '')
    .replace(/\p{Bidi_Control}/gu, '')
