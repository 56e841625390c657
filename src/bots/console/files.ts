import { createHash } from 'node:crypto'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join, parse } from 'node:path'
import { AppError, errorText } from '../../errors.ts'
import type { OutgoingFile } from '../chat.ts'
import { fileName } from '../file-name.ts'

/** A text of more than a screen is for an editor. */
const MAX_SHOWN_LINES = 40
const MAX_SHOWN_CHARS = 4000
const DIGEST_CHARS = 8
/** Only its owner may look into what the bot showed. */
const PRIVATE = { folder: 0o700, file: 0o600 }

export interface ConsoleFiles {
  /** Where the file of this name and content belongs; undefined for what is shown in the conversation itself. */
  pathOf(file: OutgoingFile): string | undefined
  /** The message shows this file now, or none. @throws AppError platform_unavailable when it cannot be written. */
  keep(ref: string, file: OutgoingFile | undefined): void
}

/** Files that a terminal cannot show, below the data folder. A message that changes takes its old file with it. */
export const createFiles = (folder: string | undefined): ConsoleFiles => {
  const kept = new Map<string, string>()

  const pathOf = (file: OutgoingFile): string | undefined => {
    if (folder === undefined || shownText(file) !== undefined) return undefined
    const { name, ext } = parse(fileName(file.name))
    const digest = createHash('sha256').update(file.data).digest('hex').slice(0, DIGEST_CHARS)
    return join(folder, `${name}-${digest}${ext}`)
  }

  return {
    pathOf,
    keep: (ref, file) => {
      const before = kept.get(ref)
      const path = file && pathOf(file)
      if (path === before) return
      kept.delete(ref)
      if (before && ![...kept.values()].includes(before)) rmSync(before, { force: true })
      if (!file || !path) return
      try {
        mkdirSync(folder ?? '', { recursive: true, mode: PRIVATE.folder })
        writeFileSync(path, file.data, { mode: PRIVATE.file })
      } catch (error) {
        throw new AppError('platform_unavailable', `${path} cannot be written: ${errorText(error)}`)
      }
      kept.set(ref, path)
    },
  }
}

/** The text of a file that is short enough for the conversation. */
export const shownText = ({ mediaType, data }: OutgoingFile): string | undefined => {
  if (mediaType === 'image/png' || data.byteLength > MAX_SHOWN_CHARS) return undefined
  const text = new TextDecoder().decode(data)
  return isShort(text) ? text : undefined
}

export const isShort = (text: string): boolean =>
  text.length <= MAX_SHOWN_CHARS && text.split('\n').length <= MAX_SHOWN_LINES
