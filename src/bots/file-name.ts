const MAX_CHARS = 100

/**
 * A name that is only a name, on every disk and in every header: letters of any script, digits, `.`, `_` and `-`.
 * Its ending stays.
 */
export const fileName = (name: string): string => {
  const safe = name
    .toWellFormed()
    .replace(/[^\p{L}\p{N}._-]+/gu, '_')
    .replace(/^\.+/, '')
  return [...safe].slice(-MAX_CHARS).join('') || 'file'
}
