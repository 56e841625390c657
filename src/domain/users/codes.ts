import { createHash, randomInt, timingSafeEqual } from 'node:crypto'

/** No 0/O/1/I: people read these aloud and type them. */
const ALPHABET = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ'
const GROUP_LENGTH = 4

/** A code such as `7F3K-Q2MP-XW9T`: 20 bits for each group of four. */
export const newCode = (groups: number): string =>
  Array.from({ length: groups }, () =>
    Array.from({ length: GROUP_LENGTH }, () => ALPHABET[randomInt(ALPHABET.length)]).join(''),
  ).join('-')

/** What counts of a typed code: not its case, spaces or dashes. */
export const bareCode = (typed: string): string => typed.replace(/[\s‐-―-]+/g, '').toUpperCase()

export const hashCode = (code: string): string => createHash('sha256').update(bareCode(code)).digest('hex')

/** Takes as long for a near miss as for a wide one. */
export const isSameCode = (one: string, other: string): boolean =>
  timingSafeEqual(Buffer.from(hashCode(one)), Buffer.from(hashCode(other)))
