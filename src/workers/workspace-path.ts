import { AppError } from '../errors.ts'

const MAX_PATH_CHARS = 1024
const MAX_SEGMENT_BYTES = 255
const MAX_DEPTH = 32
/** Names git gives a meaning of its own; Windows and macOS spellings as well, people clone from there. */
const GIT_NAMES = /^(\.git[ .]*|git~\d+|\.gitmodules)$/i
export const TEMPORARY_FILE = /^\.prorab-[0-9a-f]+\.tmp$/

/**
 * The segments of a path inside a work tree, as a model gave it. Nothing is resolved: a path that would need it
 * is refused.
 * @throws AppError sandbox_refused saying why.
 */
export const workspacePath = (path: string): string[] => {
  const refuse = (why: string) =>
    new AppError('sandbox_refused', `The path ${JSON.stringify(path.slice(0, 100))} ${why}`)
  if (path.length > MAX_PATH_CHARS) throw refuse(`is longer than ${MAX_PATH_CHARS} characters.`)
  if (/\p{Cc}/u.test(path)) throw refuse('holds control characters.')
  if (!path.isWellFormed()) throw refuse('is not valid Unicode.')
  if (path.startsWith('/') || path.includes('\\'))
    throw refuse('must be relative to the project, with / between folders.')
  const segments = path.split('/').filter((segment) => segment !== '' && segment !== '.')
  if (segments.length > MAX_DEPTH) throw refuse(`is nested more than ${MAX_DEPTH} folders deep.`)
  for (const segment of segments) {
    if (segment === '..') throw refuse('must not contain "..".')
    if (GIT_NAMES.test(segment)) throw refuse('belongs to git, which prorab keeps by itself.')
    if (TEMPORARY_FILE.test(segment)) throw refuse("is one of prorab's own temporary names.")
    if (Buffer.byteLength(segment) > MAX_SEGMENT_BYTES)
      throw refuse(`has a name longer than ${MAX_SEGMENT_BYTES} bytes.`)
  }
  return segments
}
