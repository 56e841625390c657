/** A uuid in 22 characters, where a button or a command has no room for 36. */
export const shortUuid = (id: string): string =>
  Buffer.from(id.replaceAll('-', ''), 'hex').toString('base64url')

/** @returns undefined for what is no such uuid: people can send anything. */
export const longUuid = (short: string): string | undefined => {
  if (!/^[\w-]{22}$/.test(short)) return undefined
  const hex = Buffer.from(short, 'base64url').toString('hex')
  if (shortUuid(hex) !== short) return undefined
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}
