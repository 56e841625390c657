import type { Has } from '../kind.ts'
import { code } from '../shared/code.ts'

/** `src/links.js`: the rules of links. */
export const linksSource = (has: Has): string => code`
import { randomInt } from 'node:crypto'
import { HttpError } from './http.js'

const MAX_URL_LENGTH = 2048
/** Without 0 and O, 1, l and I: people also copy short links by hand. */
const ALPHABET = '23456789abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ'
const SLUG_LENGTH = 6
${
  has('custom-slugs') &&
  code`
const CUSTOM_SLUG = /^[A-Za-z0-9_-]{3,40}$/
/** Addresses of the service itself. */
const RESERVED_SLUGS = ['api', 'healthz', 'links']
`
}
${has('expiry') && 'const DAY_MS = 24 * 60 * 60 * 1000\nconst MAX_DAYS = 3650'}

export function createLinks({ store, now }) {
  return {
    add(input) {
      const link = {
        slug: ${has('custom-slugs') ? 'input.slug ? customSlug(store, input.slug) : freeSlug(store)' : 'freeSlug(store)'},
        url: checkedUrl(input.url),
        createdAt: now().toISOString(),
        ${has('expiry') && 'expiresAt: expiryOf(input, now()),'}
      }
      store.put(link.slug, link)
      return link
    },

    get(slug) {
      const link = store.get(slug)
      if (!link) throw new HttpError(404, 'There is no such link.')
      return link
    },

    ${
      has('expiry') &&
      code`
/** The link, if it may still be followed. */
follow(slug) {
  const link = this.get(slug)
  if (link.expiresAt && now() >= new Date(link.expiresAt)) throw new HttpError(410, 'This link has expired.')
  return link
},
`
    }

    list: () => store.values().reverse(),

    ${
      has('link-removal') &&
      code`
remove(slug) {
  if (!store.delete(slug)) throw new HttpError(404, 'There is no such link.')
},
`
    }
  }
}

/** The address in its normal form, in which it is safe in a Location header. */
function checkedUrl(text) {
  if (typeof text !== 'string' || text.trim() === '') throw new HttpError(400, '“url” is missing.')
  if (text.length > MAX_URL_LENGTH) throw new HttpError(400, \`The address is longer than \${MAX_URL_LENGTH} characters.\`)
  const url = URL.canParse(text.trim()) ? new URL(text.trim()) : undefined
  // Anything else, such as javascript:, would run in the page of whoever follows the link.
  if (!url || !['http:', 'https:'].includes(url.protocol))
    throw new HttpError(400, 'The address must start with http:// or https://.')
  return url.href
}

function freeSlug(store) {
  const slug = Array.from({ length: SLUG_LENGTH }, () => ALPHABET[randomInt(ALPHABET.length)]).join('')
  return store.has(slug)${has('custom-slugs') && ' || RESERVED_SLUGS.includes(slug)'} ? freeSlug(store) : slug
}

${
  has('custom-slugs') &&
  code`
function customSlug(store, slug) {
  if (typeof slug !== 'string' || !CUSTOM_SLUG.test(slug))
    throw new HttpError(400, 'A slug has 3 to 40 letters, digits, - or _.')
  if (RESERVED_SLUGS.includes(slug) || store.has(slug)) throw new HttpError(409, \`The slug “\${slug}” is taken.\`)
  return slug
}
`
}

${
  has('expiry') &&
  code`
/** When the link ends, from a number of days or a moment; null when it never does. */
function expiryOf({ expiresInDays, expiresAt }, now) {
  if (expiresInDays) {
    const days = Number(expiresInDays)
    if (!(days > 0 && days <= MAX_DAYS))
      throw new HttpError(400, \`“expiresInDays” must be a number from 0 to \${MAX_DAYS}.\`)
    return new Date(now.getTime() + days * DAY_MS).toISOString()
  }
  if (!expiresAt) return null
  const end = new Date(expiresAt)
  if (Number.isNaN(end.getTime())) throw new HttpError(400, '“expiresAt” must be a date such as 2030-01-31T12:00:00Z.')
  if (end <= now) throw new HttpError(400, '“expiresAt” is in the past.')
  return end.toISOString()
}
`
}
`
