import type { Has } from '../kind.ts'
import { code } from '../shared/code.ts'

/** Names that `src/input.js` must export for this kind. */
export const inputsOf = (has: Has) => [
  'text' as const,
  'optionalText' as const,
  ...(has('due-dates') ? (['date'] as const) : []),
  ...(has('priorities') ? (['oneOf'] as const) : []),
  ...(has('tags') ? (['tags'] as const) : []),
]

/** `src/tasks.js`: the rules of a to-do list. */
export const tasksSource = (has: Has): string => {
  const later = [
    has('due-dates') && 'due: null',
    has('priorities') && "priority: 'normal'",
    has('tags') && 'tags: []',
  ]
    .filter(Boolean)
    .join(', ')
  return code`
import { randomUUID } from 'node:crypto'
import { HttpError } from './http.js'
import { ${has('due-dates') && 'date, '}${has('priorities') && 'oneOf, '}${has('tags') && 'tags, '}text } from './input.js'

const MAX_TITLE = 200
${has('priorities') && "/** Most urgent first. */\nexport const PRIORITIES = ['high', 'normal', 'low']"}

export function createTasks({ store, now }) {
  const get = (id) => {
    const task = store.get(id)
    if (!task) throw new HttpError(404, 'There is no such task.')
    return ${later === '' ? 'task' : 'complete(task)'}
  }
  const save = (task) => {
    store.put(task.id, task)
    return task
  }

  return {
    get,

    add(input) {
      const task = {
        id: randomUUID(),
        title: text(input, 'title', MAX_TITLE),
        done: false,
        ${has('due-dates') && "due: date(input, 'due'),"}
        ${has('priorities') && "priority: oneOf(input, 'priority', PRIORITIES, 'normal'),"}
        ${has('tags') && "tags: tags(input, 'tags'),"}
        createdAt: now().toISOString(),
      }
      return save(task)
    },

    /** Changes only what \`input\` names. */
    change(id, input) {
      const task = get(id)
      const merged = { ...task, ...input }
      return save({
        ...task,
        title: text(merged, 'title', MAX_TITLE),
        done: flag(merged, 'done'),
        ${has('due-dates') && "due: date(merged, 'due'),"}
        ${has('priorities') && "priority: oneOf(merged, 'priority', PRIORITIES, 'normal'),"}
        ${has('tags') && "tags: tags(merged, 'tags'),"}
      })
    },

    remove(id) {
      get(id)
      store.delete(id)
    },

    /** Open tasks first${has('priorities', 'due-dates') && ', the most urgent of them on top'}. */
    list({ ${['done', has('tags') && 'tag', has('search') && 'q'].filter(Boolean).join(', ')} } = {}) {
      return store
        .values()
        ${later !== '' && '.map(complete)'}
        .filter((task) => done === undefined || task.done === done)
        ${has('tags') && '.filter((task) => !tag || task.tags.includes(tag.toLowerCase()))'}
        ${has('search') && '.filter((task) => !q || task.title.toLowerCase().includes(q.toLowerCase()))'}
        .sort(byUrgency)
    },
  }
}

function flag(input, name) {
  if (typeof input[name] !== 'boolean') throw new HttpError(400, \`“\${name}” must be true or false.\`)
  return input[name]
}

${
  later !== '' &&
  code`
/** Tasks from before these fields existed are still there. */
const complete = (task) => ({ ${later}, ...task })
`
}
${has('due-dates') && "/** A task without a date comes after those that have one. */\nconst NEVER = '9999-12-31'\n"}
${
  has('due-dates', 'priorities')
    ? code`
const byUrgency = (a, b) =>
  Number(a.done) - Number(b.done) ||
  ${has('due-dates') && '(a.due ?? NEVER).localeCompare(b.due ?? NEVER) ||'}
  ${has('priorities') && 'PRIORITIES.indexOf(a.priority) - PRIORITIES.indexOf(b.priority) ||'}
  a.createdAt.localeCompare(b.createdAt)
`
    : 'const byUrgency = (a, b) => Number(a.done) - Number(b.done) || a.createdAt.localeCompare(b.createdAt)'
}
`
}

/** `src/routes.js` of the to-do list. */
export const routesSource = (has: Has): string => code`
import { HttpError, json, page, seeOther } from './http.js'
import { homePage } from './page.js'

export function routes({ tasks${has('due-dates') && ', now'} }) {
  const list = ({ query }) => tasks.list(filterOf(query))

  const showPage = (request) => {
    const filter = filterOf(request.query)
    return page(homePage({ tasks: tasks.list(filter)${has('tags', 'search') && ', filter'}${
      has('due-dates') && ', today: now().toISOString().slice(0, 10)'
    } }))
  }
  const addFromPage = async (request) => {
    tasks.add(await request.form())
    return seeOther('/')
  }
  const toggleFromPage = ({ params }) => {
    tasks.change(params.id, { done: !tasks.get(params.id).done })
    return seeOther('/')
  }
  const removeFromPage = ({ params }) => {
    tasks.remove(params.id)
    return seeOther('/')
  }
  const remove = ({ params }) => {
    tasks.remove(params.id)
    return json(200, { removed: params.id })
  }

  return [
    ['GET', '/', showPage],
    ['POST', '/tasks', addFromPage],
    ['POST', '/tasks/:id/toggle', toggleFromPage],
    ['POST', '/tasks/:id/remove', removeFromPage],
    ['GET', '/api/tasks', (request) => json(200, list(request))],
    ['POST', '/api/tasks', async (request) => json(201, tasks.add(await request.json()))],
    ['GET', '/api/tasks/:id', ({ params }) => json(200, tasks.get(params.id))],
    ['PATCH', '/api/tasks/:id', async (request) => json(200, tasks.change(request.params.id, await request.json()))],
    ['DELETE', '/api/tasks/:id', remove],
  ]
}

function filterOf(query) {
  const done = query.get('done')
  if (![null, '', 'true', 'false'].includes(done)) throw new HttpError(400, '“done” must be true or false.')
  return {
    done: done ? done === 'true' : undefined,
    ${has('tags') && "tag: query.get('tag') ?? '',"}
    ${has('search') && "q: query.get('q') ?? '',"}
  }
}
`
