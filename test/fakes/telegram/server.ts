import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import type { FaultBox } from './faults.ts'
import type { Files } from './files.ts'
import type { Method, Params } from './methods.ts'
import { readMultipart } from './multipart.ts'
import { Refusal } from './refusal.ts'

/** One request of the bot, for tests that ask how often or how it called. */
export interface Call {
  method: string
  params: Params
  /** The description of the error it got. */
  error?: string
}

export interface ServerDeps {
  token: string
  methods: Record<string, Method>
  files: Files
  faults: FaultBox
  calls: Call[]
}

/**
 * The HTTP side: `/bot<token>/<method>`, JSON or form bodies, answers and errors in the Bot API's form; and
 * `/file/bot<token>/<path>` for what getFile names.
 */
export const startServer = async ({ token, methods, files, faults, calls }: ServerDeps) => {
  const hanging = new Set<Socket>()

  const download = (path: string, response: ServerResponse) => {
    const [, given, where = ''] = /^\/file\/bot([^/]+)\/(.+)$/.exec(path) ?? []
    if (given !== token) throw new Refusal(401, 'Unauthorized')
    const call: Call = { method: 'download', params: { path: where } }
    calls.push(call)
    const fault = faults.next('download')
    if (fault?.kind === 'reset') return void response.socket?.resetAndDestroy()
    if (fault) return void response.writeHead(502).end('<html>502 Bad Gateway</html>')
    const file = files.at(where)
    if (!file) throw new Refusal(404, 'Not Found')
    response.writeHead(200, { 'content-type': 'application/octet-stream' }).end(file.data)
  }

  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const url = new URL(request.url ?? '/', 'http://fake')
    if (url.pathname.startsWith('/file/')) return download(url.pathname, response)
    const [, given, name = ''] = /^\/bot([^/]+)\/(\w+)$/.exec(url.pathname) ?? []
    const params = { ...Object.fromEntries(url.searchParams), ...(await readParams(request)) }
    if (given === undefined) throw new Refusal(404, 'Not Found')
    if (given !== token) throw new Refusal(401, 'Unauthorized')
    const call: Call = { method: name, params }
    calls.push(call)
    try {
      const fault = faults.next(name)
      if (fault?.kind === 'refuse') throw fault.refusal
      if (fault?.kind === 'reset') return void request.socket.resetAndDestroy()
      if (fault?.kind === 'hang') return void hanging.add(request.socket)
      if (fault?.kind === 'broken')
        return void response
          .writeHead(502, { 'content-type': 'text/html' })
          .end('<html><body>502 Bad Gateway</body></html>')
      const gone = new AbortController()
      response.once('close', () => gone.abort())
      const method = methods[name.replace(/^\w/, (letter) => letter.toLowerCase())]
      if (!method) throw new Refusal(404, 'Not Found')
      const result = await method(params, gone.signal)
      if (fault?.kind === 'cut-after') return void request.socket.resetAndDestroy()
      if (!gone.signal.aborted) sendJson(response, 200, { ok: true, result })
    } catch (error) {
      if (error instanceof Refusal) call.error = error.message
      throw error
    }
  }

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      if (response.destroyed || response.headersSent) return
      const refusal = error instanceof Refusal ? error : new Refusal(500, `the fake failed: ${error}`)
      const { code, message, parameters } = refusal
      const body = { ok: false, error_code: code, description: message, ...(parameters && { parameters }) }
      sendJson(response, code, body)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))

  return {
    root: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    cutHanging: () => {
      for (const socket of hanging) socket.destroy()
      hanging.clear()
    },
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

const sendJson = (response: ServerResponse, status: number, body: unknown) => {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

const readParams = async (request: IncomingMessage): Promise<Params> => {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const bytes = Buffer.concat(chunks)
  const body = bytes.toString('utf8')
  if (body === '') return {}
  const type = request.headers['content-type'] ?? ''
  if (type.startsWith('multipart/form-data'))
    return Object.fromEntries(
      readMultipart(bytes, type).map(([name, value]) => [
        name,
        typeof value === 'string' ? formValue(value) : value,
      ]),
    )
  if (type.startsWith('application/json')) return parseJson(body)
  if (type.startsWith('application/x-www-form-urlencoded'))
    return Object.fromEntries([...new URLSearchParams(body)].map(([name, value]) => [name, formValue(value)]))
  throw new Refusal(400, `Bad Request: the fake does not read ${type || 'a body without a type'}`)
}

const parseJson = (body: string): Params => {
  try {
    return JSON.parse(body) as Params
  } catch {
    throw new Refusal(400, "Bad Request: can't parse JSON object")
  }
}

/** In a form, objects, lists and booleans are JSON; the methods read numbers from texts by themselves. */
const formValue = (value: string): unknown => {
  if (!/^[[{]|^(true|false)$/.test(value)) return value
  try {
    return JSON.parse(value)
  } catch {
    return value
  }
}
