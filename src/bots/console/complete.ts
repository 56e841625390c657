/** What Tab does: either a longer word, or a list to choose from, or nothing. */
export interface Completion {
  /** What the last word becomes. */
  word?: string
  choices?: string[]
}

/**
 * Completes the last word of a line: a command at its start, a project name after that.
 *
 * @param known commands with their slash, and project names.
 */
export const complete = (line: string, known: readonly string[]): { typed: string } & Completion => {
  const typed = line.slice(line.lastIndexOf(' ') + 1)
  const atStart = typed.length === line.length
  const isCommand = (one: string) => one.startsWith('/')
  const wanted = isCommand(typed)
    ? known.filter((one) => atStart && isCommand(one))
    : known.filter((one) => line !== '' && !isCommand(one))
  const hits = wanted.filter((one) => one.toLowerCase().startsWith(typed.toLowerCase())).toSorted()
  const [only] = hits
  if (only === undefined) return { typed }
  if (hits.length === 1) return { typed, word: `${only} ` }
  const common = commonStart(hits)
  return common.length > typed.length ? { typed, word: common } : { typed, choices: hits }
}

const commonStart = (words: string[]): string =>
  words.reduce((start, word) => {
    let length = 0
    while (length < start.length && start[length] === word[length]) length += 1
    return start.slice(0, length)
  })
