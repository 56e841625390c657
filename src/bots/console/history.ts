import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { errorText } from '../../errors.ts'
import type { Log } from '../../log.ts'

export const HISTORY_LINES = 500
const LONGEST_LINE = 2000
/** Only its owner may read what was typed. */
const PRIVATE = 0o600
/** Codes and secrets are typed once and kept nowhere (M-7); a bare number means nothing later. */
const NOT_KEPT = /^\s*(?:\/(?:claim|secret)|\d+\s*$)/i

export interface History {
  /** Newest first, as readline has it. */
  lines: string[]
  keeps(line: string): boolean
  save(lines: string[]): void
}

/** What was typed before, over restarts: a file with the oldest line first. Losing it is no reason to fail. */
export const openHistory = (file: string | undefined, log: Log): History => {
  const history: History = {
    lines: file ? read(file) : [],
    keeps: (line) => line.length <= LONGEST_LINE && !NOT_KEPT.test(line),
    save: (lines) => {
      history.lines = [...lines]
      if (file) write(file, lines, log)
    },
  }
  return history
}

const write = (file: string, lines: string[], log: Log): void => {
  try {
    const text = lines
      .slice(0, HISTORY_LINES)
      .toReversed()
      .map((line) => `${line}\n`)
      .join('')
    writeFileSync(`${file}.new`, text, { mode: PRIVATE })
    renameSync(`${file}.new`, file)
  } catch (error) {
    log.warn({ reason: errorText(error) }, 'console history not saved')
  }
}

const read = (file: string): string[] => {
  try {
    return readFileSync(file, 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .slice(-HISTORY_LINES)
      .toReversed()
  } catch {
    return []
  }
}
