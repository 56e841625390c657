import type { Has } from '../kind.ts'
import { code } from '../shared/code.ts'

/** `src/notes.js`: the rules of notes. */
export const notesSource = (has: Has): string => {
  const later = [
    has('tags') && 'tags: []',
    has('pinning') && 'pinned: false',
    has('archive') && 'archived: false',
  ]
    .filter(Boolean)
    .join(', ')
  const complete = later === '' ? 'note' : 'complete(note)'
  const filters = [has('tags') && 'tag', has('search') && 'q', has('archive') && 'archived = false'].filter(
    Boolean,
  )
  const simple = filters.length === 0 && later === ''
  return code`
import { randomUUID } from 'node:crypto'
import { HttpError } from './http.js'
import { ${has('tags') && 'tags, '}text } from './input.js'

const MAX_TITLE = 200
const MAX_TEXT = 10_000

export function createNotes({ store, now }) {
  const get = (id) => {
    const note = store.get(id)
    if (!note) throw new HttpError(404, 'There is no such note.')
    return ${complete}
  }
  const save = (note) => {
    store.put(note.id, note)
    return note
  }

  return {
    get,

    add(input) {
      const at = now().toISOString()
      return save({ id: randomUUID(), ...content(input), createdAt: at, updatedAt: at })
    },

    /** Changes only what \`input\` names. */
    change(id, input) {
      const note = get(id)
      return save({ ...note, ...content({ ...note, ...input }), updatedAt: now().toISOString() })
    },

    ${
      has('pinning') &&
      code`
/** A pinned note stays on top. Pinning is no change of the note itself. */
pin: (id, pinned) => save({ ...get(id), pinned }),
`
    }

    ${
      has('archive') &&
      code`
/** An archived note is out of sight, but not gone. */
archive: (id, archived) => save({ ...get(id), archived }),
`
    }

    remove(id) {
      get(id)
      store.delete(id)
    },

    /** The last changed first${has('pinning') && ', after those that are pinned'}. */
    list(${filters.length > 0 && `{ ${filters.join(', ')} } = {}`}) {
      ${
        simple
          ? 'return store.values().sort((a, b) => b.updatedAt.localeCompare(a.updatedAt))'
          : code`
return store
  .values()
  ${later !== '' && '.map(complete)'}
  ${has('archive') && '.filter((note) => note.archived === archived)'}
  ${has('tags') && '.filter((note) => !tag || note.tags.includes(tag.toLowerCase()))'}
  ${has('search') && '.filter((note) => !q || mentions(note, q.toLowerCase()))'}
  .sort((a, b) => ${has('pinning') && 'Number(b.pinned) - Number(a.pinned) || '}b.updatedAt.localeCompare(a.updatedAt))
`
      }
    },
  }
}

const content = (input) => ({
  title: text(input, 'title', MAX_TITLE),
  text: text(input, 'text', MAX_TEXT),
  ${has('tags') && "tags: tags(input, 'tags'),"}
})
${
  later !== '' &&
  code`

/** Notes from before these fields existed are still there. */
const complete = (note) => ({ ${later}, ...note })
`
}
${
  has('search') &&
  code`

const mentions = (note, words) => \`\${note.title}\n\${note.text}\`.toLowerCase().includes(words)`
}
`
}

/** `src/routes.js` of the notes. */
export const routesSource = (has: Has): string => {
  const filter = [
    has('tags') && "tag: query.get('tag') ?? ''",
    has('search') && "q: query.get('q') ?? ''",
    has('archive') && "archived: query.get('archived') === 'true'",
  ].filter(Boolean)
  const filtered = filter.length > 0
  return code`
import { ${has('pinning', 'archive') && 'HttpError, '}json, page, seeOther } from './http.js'
import { homePage, notePage } from './page.js'

export function routes({ notes }) {
  ${
    filtered
      ? code`
const list = ({ query }) => notes.list(filterOf(query))
const showPage = (request) => page(homePage(list(request), filterOf(request.query)))
`
      : 'const showPage = () => page(homePage(notes.list()))'
  }

  const addFromPage = async (request) => {
    const { id } = notes.add(await request.form())
    return seeOther(\`/notes/\${id}\`)
  }
  const changeFromPage = async (request) => {
    const { id } = notes.change(request.params.id, await request.form())
    return seeOther(\`/notes/\${id}\`)
  }
  const removeFromPage = ({ params }) => {
    notes.remove(params.id)
    return seeOther('/')
  }
  ${
    has('pinning') &&
    code`
const pinFromPage = ({ params }) => {
  notes.pin(params.id, !notes.get(params.id).pinned)
  return seeOther('/')
}
`
  }
  ${
    has('archive') &&
    code`
const archiveFromPage = ({ params }) => {
  notes.archive(params.id, !notes.get(params.id).archived)
  return seeOther('/')
}
`
  }
  const change = async (request) => json(200, notes.change(request.params.id, await request.json()))
  const remove = ({ params }) => {
    notes.remove(params.id)
    return json(200, { removed: params.id })
  }
  ${
    has('pinning') &&
    "const pin = async (request) => json(200, notes.pin(request.params.id, await flag(request, 'pinned')))"
  }
  ${
    has('archive') &&
    "const archive = async (request) => json(200, notes.archive(request.params.id, await flag(request, 'archived')))"
  }

  return [
    ['GET', '/', showPage],
    ['POST', '/notes', addFromPage],
    ['GET', '/notes/:id', ({ params }) => page(notePage(notes.get(params.id)))],
    ['POST', '/notes/:id', changeFromPage],
    ['POST', '/notes/:id/remove', removeFromPage],
    ${has('pinning') && "['POST', '/notes/:id/pin', pinFromPage],"}
    ${has('archive') && "['POST', '/notes/:id/archive', archiveFromPage],"}
    ['GET', '/api/notes', ${filtered ? '(request) => json(200, list(request))' : '() => json(200, notes.list())'}],
    ['POST', '/api/notes', async (request) => json(201, notes.add(await request.json()))],
    ['GET', '/api/notes/:id', ({ params }) => json(200, notes.get(params.id))],
    ['PATCH', '/api/notes/:id', change],
    ['DELETE', '/api/notes/:id', remove],
    ${has('pinning') && "['PUT', '/api/notes/:id/pinned', pin],"}
    ${has('archive') && "['PUT', '/api/notes/:id/archived', archive],"}
  ]
}
${
  filtered &&
  code`

const filterOf = (query) => ({
  ${filter.map((line) => `${line},`).join('\n')}
})
`
}
${
  has('pinning', 'archive') &&
  code`

async function flag(request, name) {
  const value = (await request.json())[name]
  if (typeof value !== 'boolean') throw new HttpError(400, \`“\${name}” must be true or false.\`)
  return value
}
`
}
`
}
