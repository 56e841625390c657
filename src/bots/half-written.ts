/**
 * What a model has written so far, fit to be shown: formatting that is still open is closed, a link that is not
 * complete gives its words. Text alone is never changed.
 */
export const closeMarkdown = (soFar: string): string => {
  const fence = openFence(soFar)
  if (fence) return `${soFar.trimEnd()}\n${fence}`
  const start = soFar.lastIndexOf('\n\n') + 1
  return soFar.slice(0, start) + closeInline(soFar.slice(start))
}

const FENCE = /^[ \t>]*(?:[-*+] +|\d+[.)] +)?(`{3,}|~{3,})(.*)$/
const PARTIAL_LINK = /!?\[([^\]\n]*)(?:\](?:\([^()\s]*)?)?$/

/** The marker that would close the code block at the end of the text. */
const openFence = (text: string): string | undefined => {
  let open: string | undefined
  for (const line of text.split('\n')) {
    const [, marker = '', info = ''] = FENCE.exec(line) ?? []
    if (!marker) continue
    if (!open) open = marker
    else if (marker.startsWith(open) && info.trim() === '') open = undefined
  }
  return open
}

const MARKER = /\\.|`+|\*{1,3}|~~|(?<![\p{L}\p{N}_])_{1,3}(?=\S)|_{1,3}(?![\p{L}\p{N}_])/gu

const closeInline = (text: string): string => {
  const open = openMarkers(text)
  if (open.some((marker) => marker.startsWith('`'))) return text + open.reverse().join('')
  const words = text.replace(PARTIAL_LINK, '$1')
  let closed = words.trimEnd()
  for (const marker of openMarkers(words).reverse()) {
    if (marker === '~~') closed = closed.replace(/(?<!~)~$/, '')
    // A marker with nothing behind it yet would be read as itself.
    if (closed.endsWith(marker)) closed = closed.slice(0, -marker.length).trimEnd()
    else closed += marker
  }
  return closed
}

/** Markers without a partner, outermost first. */
const openMarkers = (text: string): string[] => {
  const open: string[] = []
  for (const { 0: marker, index } of text.matchAll(MARKER)) {
    if (marker.startsWith('\\')) continue
    const inCode = open.at(-1)?.startsWith('`') === true
    if (open.at(-1) === marker) open.pop()
    else if (!inCode && opens(text, index, marker)) open.push(marker)
  }
  return open
}

/** A bullet, a multiplication sign or a rule is no emphasis. */
const opens = (text: string, index: number, marker: string): boolean => {
  const next = text[index + marker.length]
  return next === undefined ? marker !== '*' || text[index - 1] !== '\n' : !/\s/.test(next)
}
