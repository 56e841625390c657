export type CodePart = string | false | undefined

/**
 * Source text as a template. Backslashes stay as written, so that regular expressions and escapes read as in
 * the file they end up in; only `` \` `` and `\${` stand for the characters themselves. A part that is false or
 * empty and alone on its line takes the line with it; a part of several lines keeps its line's indentation.
 */
export const code = (strings: TemplateStringsArray, ...parts: CodePart[]): string => {
  let text = ''
  let rest = ''
  strings.raw.forEach((raw, index) => {
    rest = raw.replace(/\\([`$])/g, '$1')
    if (index === 0) rest = rest.replace(/^\n/, '')
    else {
      const part = (parts[index - 1] || '').replace(/\n$/, '')
      const indent = /(?:^|\n)([ ]*)$/.exec(text)?.[1]
      if (part === '' && indent !== undefined && /^(\n|$)/.test(rest)) {
        text = text.slice(0, text.length - indent.length)
        rest = rest.slice(1)
      } else text += indent ? part.replaceAll(/\n(?=[^\n])/g, `\n${indent}`) : part
    }
    text += rest
  })
  return tidy(text)
}

/** Parts that were left out must not leave their blank lines behind. */
const tidy = (text: string): string =>
  text
    .replace(/^ +$/gm, '')
    .replace(/\n{3,}/g, '\n\n')
    .replace(/\n{2,}$/, '\n')
    .replace(/([{[(]\n)\n+/g, '$1')
    .replace(/\n\n+([ ]*[}\])])/g, '\n$1')

/** Lines, without those that are left out. */
export const lines = (...parts: CodePart[]): string => parts.filter(Boolean).join('\n')
