import type { Has } from '../kind.ts'
import { code } from '../shared/code.ts'

/** `src/components.js`: what can work or not. */
export const componentsSource = (has: Has): string => code`
import { randomUUID } from 'node:crypto'
import { HttpError } from './http.js'
import { oneOf, text } from './input.js'

const MAX_NAME = 80
/** From good to bad. */
export const STATES = ['operational', 'maintenance', 'degraded', 'outage']

export function createComponents({ store, ${has('uptime-history') && 'uptime, '}now }) {
  const get = (id) => {
    const component = store.get(id)
    if (!component) throw new HttpError(404, 'There is no such component.')
    return component
  }
  const save = (component) => {
    store.put(component.id, component)
    ${has('uptime-history') && 'uptime.record(component)'}
    return component
  }
  ${
    has('uptime-history') &&
    code`
// Components from before the history was kept begin theirs with the state they are in.
for (const component of store.values()) uptime.record(component)
`
  }

  return {
    get,
    list: () => store.values(),

    add(input) {
      const component = {
        id: randomUUID(),
        name: text(input, 'name', MAX_NAME),
        state: oneOf(input, 'state', STATES, 'operational'),
        since: now().toISOString(),
      }
      return save(component)
    },

    /** Changes only what \`input\` names; \`since\` moves only with the state. */
    change(id, input) {
      const component = get(id)
      const merged = { ...component, ...input }
      const state = oneOf(merged, 'state', STATES)
      const since = state === component.state ? component.since : now().toISOString()
      return save({ id, name: text(merged, 'name', MAX_NAME), state, since })
    },

    remove(id) {
      get(id)
      store.delete(id)
      ${has('uptime-history') && 'uptime.forget(id)'}
    },

    /** The worst state of all. */
    overall: () => STATES.findLast((state) => store.values().some((c) => c.state === state)) ?? 'operational',
  }
}
`

/** `src/incidents.js`: what went wrong, and what is done about it. */
export const incidentsSource = code`
import { randomUUID } from 'node:crypto'
import { HttpError } from './http.js'
import { oneOf, text } from './input.js'

const MAX_TITLE = 200
const MAX_MESSAGE = 2000
export const STEPS = ['investigating', 'identified', 'monitoring', 'resolved']

export function createIncidents({ store, now }) {
  const get = (id) => {
    const incident = store.get(id)
    if (!incident) throw new HttpError(404, 'There is no such incident.')
    return incident
  }
  const updateFrom = (input, fallback) => ({
    at: now().toISOString(),
    step: oneOf(input, 'step', STEPS, fallback),
    message: text(input, 'message', MAX_MESSAGE),
  })

  return {
    get,
    /** The newest first. */
    list: () => store.values().reverse(),

    open(input) {
      const update = updateFrom(input, 'investigating')
      const title = text(input, 'title', MAX_TITLE)
      const incident = { id: randomUUID(), title, step: update.step, updates: [update] }
      store.put(incident.id, incident)
      return incident
    },

    /** Updates are only ever added: a status page does not rewrite its history. */
    update(id, input) {
      const incident = get(id)
      const update = updateFrom(input, incident.step)
      const changed = { ...incident, step: update.step, updates: [...incident.updates, update] }
      store.put(id, changed)
      return changed
    },
  }
}
`

/** `src/routes.js` of the status page. */
export const routesSource = (has: Has): string => code`
${has('feed') && "import { atomFeed } from './feed.js'"}
import { json, page, seeOther } from './http.js'
import { homePage } from './page.js'

export function routes({ components, incidents${has('uptime-history') && ', uptime'}${has('feed') && ', now'} }) {
  ${
    has('uptime-history') &&
    'const withUptime = (component) => ({ ...component, uptime: uptime.of(component.id) })\n'
  }
  const status = () => ({
    overall: components.overall(),
    components: components.list()${has('uptime-history') && '.map(withUptime)'},
    incidents: incidents.list(),
  })
  const changeComponent = async (request) => json(200, components.change(request.params.id, await request.json()))
  const addUpdate = async (request) => json(201, incidents.update(request.params.id, await request.json()))
  const removeComponent = ({ params }) => {
    components.remove(params.id)
    return json(200, { removed: params.id })
  }
  /** A form of the page: does the same as the API, and then shows the page. */
  const fromPage = (action) => async (request) => {
    action(await request.form(), request.params.id)
    return seeOther('/')
  }

  return [
    ['GET', '/', () => page(homePage(status()))],
    ['POST', '/components', fromPage((form) => components.add(form))],
    ['POST', '/components/:id', fromPage((form, id) => components.change(id, form))],
    ['POST', '/components/:id/remove', fromPage((_, id) => components.remove(id))],
    ['POST', '/incidents', fromPage((form) => incidents.open(form))],
    ['POST', '/incidents/:id/updates', fromPage((form, id) => incidents.update(id, form))],
    ${has('feed') && "['GET', '/feed.xml', () => feed(atomFeed(incidents.list(), now()))],"}
    ['GET', '/api/status', () => json(200, status())],
    ['GET', '/api/components', () => json(200, components.list())],
    ['POST', '/api/components', async (request) => json(201, components.add(await request.json()))],
    ['GET', '/api/components/:id', ({ params }) => json(200, components.get(params.id))],
    ['PATCH', '/api/components/:id', changeComponent],
    ['DELETE', '/api/components/:id', removeComponent],
    ['GET', '/api/incidents', () => json(200, incidents.list())],
    ['POST', '/api/incidents', async (request) => json(201, incidents.open(await request.json()))],
    ['GET', '/api/incidents/:id', ({ params }) => json(200, incidents.get(params.id))],
    ['POST', '/api/incidents/:id/updates', addUpdate],
    ${
      has('uptime-history') &&
      "['GET', '/api/components/:id/uptime', ({ params }) => json(200, uptime.of(components.get(params.id).id))],"
    }
  ]
}
${
  has('feed') &&
  code`

const feed = (body) => ({ status: 200, headers: { 'content-type': 'application/atom+xml; charset=utf-8' }, body })
`
}
`
