import type { WebSocket } from 'ws'
import { signedHeaders } from './sign.ts'
import type { Workspace } from './workspace.ts'

type Json = Record<string, unknown>

export type EnvelopeType = 'events_api' | 'interactive' | 'slash_commands'

export interface Delivery {
  type: EnvelopeType
  payload: Json
  attempts: number
  state: 'waiting' | 'sent' | 'acknowledged' | 'given up'
  /** What the acknowledgement said, if anything. */
  answer?: unknown
  /** Of the last attempt by HTTP. */
  status?: number
  onAnswer?: (answer: unknown) => void
}

export interface DeliveriesDeps {
  workspace: Workspace
  signingSecret: string
  /** Slack waits three seconds for an acknowledgement. */
  ackTimeoutMs: number
}

/** Attempts in all; only events are delivered again. */
const MAX_ATTEMPTS = 4
const RETRY_DELAY_MS = 20

/** Brings events, interactions and commands to the app, by HTTP or by its newest socket, until it has them. */
export const createDeliveries = ({ workspace, signingSecret, ackTimeoutMs }: DeliveriesDeps) => {
  const all: Delivery[] = []
  const sockets: WebSocket[] = []
  const awaited = new Map<string, { delivery: Delivery; timer: NodeJS.Timeout; socket: WebSocket }>()
  const violations: string[] = []
  const timers = new Set<NodeJS.Timeout>()
  let requestUrl: string | undefined
  let closed = false

  const later = (work: () => void, ms: number) => {
    const timer = setTimeout(() => {
      timers.delete(timer)
      if (!closed) work()
    }, ms)
    timers.add(timer)
    return timer
  }

  const accept = (delivery: Delivery, answer: unknown) => {
    delivery.state = 'acknowledged'
    delivery.answer = answer
    delivery.onAnswer?.(answer)
  }

  const refused = (delivery: Delivery, reason: string) => {
    if (delivery.state === 'acknowledged') return
    if (delivery.type !== 'events_api' || delivery.attempts >= MAX_ATTEMPTS) {
      delivery.state = 'given up'
      return
    }
    delivery.state = 'waiting'
    later(() => attempt(delivery, reason), RETRY_DELAY_MS)
  }

  const attempt = (delivery: Delivery, reason?: string) => {
    if (delivery.state === 'acknowledged') return
    if (requestUrl) void byHttp(delivery, requestUrl, reason)
    else bySocket(delivery, reason)
  }

  const byHttp = async (delivery: Delivery, url: string, reason: string | undefined) => {
    const retry = delivery.attempts++
    delivery.state = 'sent'
    const isEvent = delivery.type === 'events_api'
    const body = isEvent
      ? JSON.stringify(delivery.payload)
      : new URLSearchParams(
          delivery.type === 'interactive'
            ? { payload: JSON.stringify(delivery.payload) }
            : (delivery.payload as Record<string, string>),
        ).toString()
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers: {
          'content-type': isEvent ? 'application/json' : 'application/x-www-form-urlencoded',
          ...(retry > 0
            ? { 'x-slack-retry-num': String(retry), 'x-slack-retry-reason': reason ?? 'http_error' }
            : {}),
          ...signedHeaders(body, signingSecret, new Date(workspace.nowMs())),
        },
        body,
        signal: AbortSignal.timeout(Math.max(ackTimeoutMs, 3000)),
      })
      delivery.status = response.status
      const text = await response.text()
      if (response.status === 200) accept(delivery, text ? JSON.parse(text) : undefined)
      else refused(delivery, 'http_error')
    } catch {
      if (!closed) refused(delivery, 'http_timeout')
    }
  }

  const bySocket = (delivery: Delivery, reason: string | undefined) => {
    const socket = sockets.findLast((one) => one.readyState === one.OPEN)
    if (!socket) {
      delivery.state = 'waiting'
      return
    }
    const retry = delivery.attempts++
    delivery.state = 'sent'
    const envelopeId = `${workspace.unique('env-')}`
    const timer = later(() => {
      awaited.delete(envelopeId)
      refused(delivery, 'timeout')
    }, ackTimeoutMs)
    awaited.set(envelopeId, { delivery, timer, socket })
    socket.send(
      JSON.stringify({
        envelope_id: envelopeId,
        type: delivery.type,
        payload: delivery.payload,
        accepts_response_payload: delivery.type !== 'events_api',
        ...(delivery.type === 'events_api'
          ? { retry_attempt: retry, retry_reason: retry > 0 ? (reason ?? '') : '' }
          : {}),
      }),
    )
  }

  const onAck = (text: string) => {
    const { envelope_id, payload } = JSON.parse(text) as { envelope_id?: string; payload?: Json }
    const entry = awaited.get(envelope_id ?? '')
    if (!entry) {
      violations.push(`an acknowledgement of an unknown, late or acknowledged envelope: ${text}`)
      return
    }
    awaited.delete(envelope_id ?? '')
    clearTimeout(entry.timer)
    const said = payload && Object.keys(payload).length > 0 ? payload : undefined
    if (said && entry.delivery.type === 'events_api')
      violations.push(`an event was answered with a payload: ${text}`)
    accept(entry.delivery, said)
  }

  return {
    all,
    sockets,
    violations,
    deliver: (type: EnvelopeType, payload: Json, onAnswer?: (answer: unknown) => void): Delivery => {
      const delivery: Delivery = { type, payload, attempts: 0, state: 'waiting', onAnswer }
      all.push(delivery)
      attempt(delivery)
      return delivery
    },
    /** Brings it once more, as Slack does when an acknowledgement was lost on its way. */
    repeat: (delivery: Delivery) => {
      const again: Delivery = { ...delivery, attempts: 1, state: 'waiting', onAnswer: undefined }
      all.push(again)
      attempt(again, 'http_timeout')
    },
    useHttp: (url: string) => {
      requestUrl = url
    },
    connected: (socket: WebSocket) => {
      sockets.push(socket)
      socket.on('message', (data) => onAck(String(data)))
      socket.on('close', () => {
        sockets.splice(sockets.indexOf(socket), 1)
        for (const [id, entry] of awaited) {
          if (entry.socket !== socket) continue
          clearTimeout(entry.timer)
          awaited.delete(id)
          if (!closed) refused(entry.delivery, 'connection_lost')
        }
      })
      for (const delivery of all) if (delivery.state === 'waiting') attempt(delivery)
    },
    close: () => {
      closed = true
      for (const timer of timers) clearTimeout(timer)
      for (const socket of sockets) socket.terminate()
    },
  }
}
