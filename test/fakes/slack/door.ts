import type { IncomingMessage, ServerResponse } from 'node:http'
import type { createWebApi } from './web-api.ts'
import { BOT, type Workspace } from './workspace.ts'

type Json = Record<string, unknown>

export type SlackFault =
  | { kind: 'rate'; retryAfterMs: number }
  | { kind: 'status'; status: number }
  | { kind: 'reset' }
  | { kind: 'error'; error: string }
  /** Answers well, but only then. */
  | { kind: 'slow'; until: Promise<void> }
  /** Takes the request, does what it asks, and cuts the connection before the answer. */
  | { kind: 'reset-after' }

export interface DoorDeps {
  workspace: Workspace
  api: ReturnType<typeof createWebApi>
  url: () => string
  /** The one token that opens files. */
  botToken: string
}

const FILE_PATHS = { upload: '/upload/', download: '/files-pri/' }

/** Every request that is not a socket: methods of the Web API, and response_urls; and their failures. */
export const createDoor = ({ workspace, api, url, botToken }: DoorDeps) => {
  const calls: { method: string; args: Json }[] = []
  let faults: { fault: SlackFault; method?: string; left: number }[] = []

  const faultFor = (method: string): SlackFault | undefined => {
    const found = faults.find((one) => one.left > 0 && (one.method === undefined || one.method === method))
    if (found) found.left -= 1
    return found?.fault
  }

  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    const path = new URL(request.url ?? '/', url()).pathname
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const bytes = Buffer.concat(chunks)
    const raw = bytes.toString()
    const answer = (status: number, body: Json | string, headers: Record<string, string> = {}) => {
      response.writeHead(status, { 'content-type': 'application/json', ...headers })
      response.end(typeof body === 'string' ? body : JSON.stringify(body))
    }
    const kind = kindOf(path)
    const method = kind ?? path.slice('/api/'.length)
    const fault = faultFor(method)
    if (fault?.kind === 'slow') await fault.until
    if (fault?.kind === 'reset') return request.socket.destroy()
    if (fault?.kind === 'status') return answer(fault.status, 'upstream connect error')
    if (fault?.kind === 'rate')
      return answer(
        429,
        { ok: false, error: 'ratelimited' },
        { 'retry-after': String(fault.retryAfterMs / 1000) },
      )
    if (fault?.kind === 'error') return answer(200, { ok: false, error: fault.error })

    const bearer = request.headers.authorization?.replace(/^Bearer /, '')
    if (kind === 'upload' || kind === 'download') calls.push({ method: kind, args: { path, token: bearer } })
    if (kind === 'upload') {
      const result = takeUpload(path, bytes)
      return fault?.kind === 'reset-after' ? request.socket.destroy() : answer(...result)
    }
    if (kind === 'download') {
      const file = [...workspace.files.values()].find((one) => one.path === path && !one.deleted)
      if (bearer !== botToken) return answer(302, '', { location: `${url()}/signin` })
      if (!file) return answer(404, 'not found')
      return void response.writeHead(200, { 'content-type': 'text/plain' }).end(file.data)
    }
    if (kind === 'response_url') return answer(...respondTo(path, raw))
    const args = readArgs(raw, request.headers['content-type'] ?? '')
    const token = bearer ?? (args.token as string | undefined)
    calls.push({ method, args })
    const result = api(method, args, token)
    if (fault?.kind === 'reset-after') return request.socket.destroy()
    answer(200, result)
  }

  const takeUpload = (path: string, bytes: Buffer): [number, string] => {
    const file = [...workspace.files.values()].find((one) => one.upload.path === path)
    if (!file || file.upload.done) return [404, 'not found']
    if (bytes.length !== file.upload.length) return [400, `expected ${file.upload.length} bytes`]
    file.upload.done = true
    file.data = bytes
    return [200, `OK - ${bytes.length}`]
  }

  const respondTo = (path: string, raw: string): [number, string] => {
    const place = workspace.useResponsePath(path)
    if (!place) return [404, 'expired_url']
    const { response_type, replace_original, text } = JSON.parse(raw) as Json
    if (typeof text !== 'string' || text === '') return [500, 'no_text']
    if (replace_original !== false) return [500, 'this fake replaces nothing by response_url']
    workspace.add({
      channel: place.channel,
      ts: workspace.nextTs(),
      user: BOT.userId,
      text,
      blocks: [],
      threadTs: place.threadTs,
      onlyTo: response_type === 'ephemeral' ? place.userId : undefined,
    })
    return [200, 'ok']
  }

  return {
    handle,
    calls,
    fail: (
      fault: SlackFault,
      { method, times = Number.POSITIVE_INFINITY }: { method?: string; times?: number } = {},
    ) => {
      faults.push({ fault, method, left: times })
    },
    heal: () => {
      faults = []
    },
  }
}

/** What an address is for; undefined for a method of the Web API. */
const kindOf = (path: string): 'upload' | 'download' | 'response_url' | undefined => {
  if (path.startsWith('/api/')) return undefined
  if (path.startsWith(FILE_PATHS.upload)) return 'upload'
  return path.startsWith(FILE_PATHS.download) ? 'download' : 'response_url'
}

/** Parameters come as JSON or as a form; what is an object in JSON is JSON within a form. */
const readArgs = (raw: string, contentType: string): Json => {
  if (contentType.startsWith('application/json')) return JSON.parse(raw) as Json
  const args: Json = Object.fromEntries(new URLSearchParams(raw))
  for (const name of ['blocks', 'view', 'metadata', 'files'])
    if (typeof args[name] === 'string') args[name] = JSON.parse(args[name]) as unknown
  return args
}
