import type { Has } from '../kind.ts'
import { code } from '../shared/code.ts'

/** `src/entries.js`: the rules of a guestbook. */
export const entriesSource = (has: Has): string => {
  const later = [
    has('likes') && 'likes: 0',
    has('replies') && 'reply: null',
    has('moderation') && 'approved: true',
  ]
    .filter(Boolean)
    .join(', ')
  const values = later === '' ? 'store.values()' : 'store.values().map(complete)'
  const entries = has('moderation')
    ? code`
store
  .values()
  .map(complete)
  .filter((entry) => entry.approved === approved)
  .reverse()
`
    : `${values}.reverse()`
  const options = [has('moderation') && 'approved = true', has('pagination') && 'page = 1']
    .filter(Boolean)
    .join(', ')
  return code`
import { randomUUID } from 'node:crypto'
import { HttpError } from './http.js'
import { ${has('replies') && 'optionalText, '}text } from './input.js'

const MAX_NAME = 80
const MAX_MESSAGE = 2000
${has('pagination') && 'const PAGE_SIZE = 20'}

export function createEntries({ store, now }) {
  const get = (id) => {
    const entry = store.get(id)
    if (!entry) throw new HttpError(404, 'There is no such entry.')
    return ${later === '' ? 'entry' : 'complete(entry)'}
  }
  ${
    later !== '' &&
    code`
const save = (entry) => {
  store.put(entry.id, entry)
  return entry
}
`
  }
  ${
    has('moderation') &&
    code`
/** An entry that visitors can see; one that still waits does not exist for them. */
const getPublic = (id) => {
  const entry = get(id)
  if (!entry.approved) throw new HttpError(404, 'There is no such entry.')
  return entry
}
`
  }

  return {
    get: ${has('moderation') ? 'getPublic' : 'get'},

    sign(input) {
      const entry = {
        id: randomUUID(),
        name: text(input, 'name', MAX_NAME),
        message: text(input, 'message', MAX_MESSAGE),
        ${has('likes') && 'likes: 0,'}
        ${has('replies') && 'reply: null,'}
        ${has('moderation') && 'approved: false,'}
        at: now().toISOString(),
      }
      ${later === '' ? 'store.put(entry.id, entry)\nreturn entry' : 'return save(entry)'}
    },

    ${
      has('likes') &&
      code`
like(id) {
  const entry = ${has('moderation') ? 'getPublic' : 'get'}(id)
  return save({ ...entry, likes: entry.likes + 1 })
},
`
    }

    ${
      has('replies') &&
      code`
/** The owner's answer below an entry; an empty text takes it back. */
reply(id, input) {
  const reply = optionalText(input, 'text', MAX_MESSAGE)
  return save({ ...get(id), reply: reply ? { text: reply, at: now().toISOString() } : null })
},
`
    }

    ${has('moderation') && 'approve: (id) => save({ ...get(id), approved: true }),'}

    remove(id) {
      get(id)
      store.delete(id)
    },

    /** The newest first${has('pagination') && ', one page at a time'}. */
    list(${options && `{ ${options} } = {}`}) {
      ${
        has('pagination')
          ? code`
const entries = ${entries}
const pages = Math.max(1, Math.ceil(entries.length / PAGE_SIZE))
return { page, pages, entries: entries.slice((page - 1) * PAGE_SIZE, page * PAGE_SIZE) }
`
          : `return ${entries}`
      }
    },
  }
}
${
  later !== '' &&
  code`

/** Entries from before these fields existed are still there. */
const complete = (entry) => ({ ${later}, ...entry })
`
}
`
}
