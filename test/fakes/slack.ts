import { createServer } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { type WebSocket, WebSocketServer } from 'ws'
import { type Clock, systemClock } from '../../src/clock.ts'
import { waitFor } from '../support/wait-for.ts'
import { createDeliveries } from './slack/deliveries.ts'
import { createDoor } from './slack/door.ts'
import { createFiles } from './slack/files.ts'
import { createPerson, type PersonDeps } from './slack/person.ts'
import { type Reading, readMessage } from './slack/reading.ts'
import { createWebApi } from './slack/web-api.ts'
import { BOT, createWorkspace, type Message, TEAM } from './slack/workspace.ts'

export interface FakeSlackOptions {
  /** The time Slack lives in: ages of triggers, timestamps of signatures. */
  clock?: Clock
  /** Real time until an unacknowledged event comes again, and a click or a command has failed. Slack's, 3 s, unless told. */
  ackTimeoutMs?: number
  /** How long after a click a form can be opened. Slack's, 3 s, unless told. */
  triggerLifeMs?: number
}

const ACK_TIMEOUT_MS = 3_000
const TRIGGER_LIFE_MS = 3_000
/** For tests of whole programs: how quick those are is the business of others, and of faster machines. */
export const PATIENT = { ackTimeoutMs: 60_000, triggerLifeMs: 60_000 } satisfies FakeSlackOptions

/** A message of the bot with what a person sees of it. */
export type SeenMessage = Message & Reading & { ref: string }

export type FakeSlack = Awaited<ReturnType<typeof createFakeSlack>>

type Json = Record<string, unknown>

/**
 * A Slack workspace on real sockets: Web API, Events API by HTTP or Socket Mode, interactions, slash commands and
 * modals. It refuses what Slack refuses, and fails when told to. Its people speak through `person(id)`.
 */
export const createFakeSlack = async ({
  clock = systemClock,
  ackTimeoutMs = ACK_TIMEOUT_MS,
  triggerLifeMs = TRIGGER_LIFE_MS,
}: FakeSlackOptions = {}) => {
  const botToken = 'xoxb-111-222-fakebottokensecret'
  const appToken = 'xapp-1-AFAKE-333-fakeapptokensecret'
  const signingSecret = 'fake-signing-secret-0123456789abcdef'
  const workspace = createWorkspace(clock, { triggerLifeMs })
  const deliveries = createDeliveries({ workspace, signingSecret, ackTimeoutMs })
  const tickets = new Set<string>()
  const connections = new Set<Socket>()
  let url = ''

  const event = (inner: Json) =>
    deliveries.deliver('events_api', {
      token: 'legacy-verification-token',
      team_id: TEAM.id,
      api_app_id: BOT.appId,
      type: 'event_callback',
      event_id: workspace.unique('Ev'),
      event_time: Math.floor(workspace.nowMs() / 1000),
      authorizations: [{ enterprise_id: null, team_id: TEAM.id, user_id: BOT.userId, is_bot: true }],
      event: { event_ts: workspace.nextTs(), ...inner },
    })

  /** How often the app must look until a file appears. */
  let fileLooks = 0
  const files = createFiles({
    workspace,
    url: () => url,
    looksBeforeShared: () => fileLooks,
    announce: event,
  })
  const api = createWebApi({
    workspace,
    files,
    botToken,
    appToken,
    socketUrl: () => {
      const ticket = workspace.unique('ticket-secret-')
      tickets.add(ticket)
      return `${url.replace('http', 'ws')}/link/?ticket=${ticket}&app_id=${BOT.appId}`
    },
    announce: event,
  })

  const door = createDoor({ workspace, api, url: () => url, botToken })
  const server = createServer((request, response) => {
    door.handle(request, response).catch(() => request.socket.destroy())
  })
  const socketServer = new WebSocketServer({ noServer: true, autoPong: false })
  let answersPings = true
  let saysHello = true
  let connectionsMade = 0
  server.on('connection', (socket) => {
    connections.add(socket)
    socket.on('close', () => connections.delete(socket))
  })
  server.on('upgrade', (request, socket, head) => {
    const ticket = new URL(request.url ?? '/', url).searchParams.get('ticket') ?? ''
    // An address is good for one connection.
    if (!tickets.delete(ticket)) return socket.destroy()
    socketServer.handleUpgrade(request, socket, head, (client) => welcome(client))
  })
  const welcome = (client: WebSocket) => {
    client.on('ping', (data) => {
      if (answersPings) client.pong(data)
    })
    client.on('error', () => {})
    if (!saysHello) return
    connectionsMade += 1
    client.send(JSON.stringify({ type: 'hello', num_connections: 1, connection_info: { app_id: BOT.appId } }))
    deliveries.connected(client)
  }
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

  const see = (message: Message): SeenMessage => ({
    ...message,
    ...readMessage(message),
    ref: `${message.channel}:${message.ts}`,
  })
  const seen = (channel?: string): SeenMessage[] =>
    workspace.messages
      .filter((one) => one.user === BOT.userId && !one.deleted && one.onlyTo === undefined)
      .filter((one) => channel === undefined || one.channel === channel)
      .map(see)

  const personDeps: PersonDeps = { workspace, files, deliveries, event, seen, url: () => url }

  return {
    apiUrl: `${url}/api/`,
    botToken,
    appToken,
    signingSecret,
    team: TEAM,
    bot: BOT,
    /** Sends events to this address instead of to sockets. */
    useHttp: deliveries.useHttp,
    person: (id: string, locale?: string) => createPerson(workspace.person(id, locale).id, personDeps),
    /** A channel; the bot and everybody named are in it. Made at the first call. */
    channel: (id: string, { bot = true, members = [] as string[] } = {}) => {
      const known = workspace.channels.get(id) ?? {
        id,
        name: `name-of-${id}`,
        members: new Set<string>(),
        archived: false,
      }
      workspace.channels.set(id, known)
      if (bot) known.members.add(BOT.userId)
      for (const member of members) known.members.add(member)
      return {
        id,
        messages: () => seen(id),
        archive: () => {
          known.archived = true
        },
        removeBot: () => known.members.delete(BOT.userId),
      }
    },
    /** Messages of the bot that everybody sees, oldest first, with what a person sees of them. */
    messages: seen,
    /** Messages that only this person sees. */
    whispers: (userId: string): SeenMessage[] =>
      workspace.messages.filter((one) => one.onlyTo === userId && !one.deleted).map(see),
    waitForMessage: (text: string | RegExp, channel?: string): Promise<SeenMessage> =>
      waitFor(
        () =>
          seen(channel).findLast((one) =>
            typeof text === 'string' ? one.text.includes(text) : text.test(one.text),
          ),
        `a message with ${text}`,
      ),
    /** From now on a file appears only when the app has asked for it this often. */
    showsFilesAfter: (looks: number) => {
      fileLooks = looks
    },
    views: () => workspace.views,
    waitForView: () => waitFor(() => workspace.views.findLast((view) => view.open), 'an open form'),
    /** Says something as the bot, behind the adapter's back; Slack announces it to the bot itself. */
    botSays: (channel: string, text: string) => api('chat.postMessage', { channel, text }, botToken),
    /** Calls of the Web API, oldest first. */
    calls: door.calls,
    deliveries: deliveries.all,
    repeat: deliveries.repeat,
    /** An event of any shape. */
    event,
    /** A message on the newest socket, of any shape. */
    sendsOnSocket: (text: string) => deliveries.sockets.at(-1)?.send(text),
    violations: deliveries.violations,
    /** Different things that Slack believes received. */
    acknowledged: () => deliveries.all.filter((one) => one.state === 'acknowledged').length,
    /** Makes the next answers of the Web API bad, all of them or those of one method. */
    fail: door.fail,
    heal: door.heal,
    sockets: () => deliveries.sockets.length,
    /** Connections since the beginning. */
    connectionsMade: () => connectionsMade,
    /** Resolves when the app has read everything that was sent to it on its socket. */
    roundTrip: () =>
      new Promise<void>((resolve) => {
        const socket = deliveries.sockets.at(-1)
        socket?.once('pong', () => resolve())
        socket?.ping()
      }),
    /** Cuts the wires without a word. */
    dropSockets: () => {
      for (const socket of deliveries.sockets) socket.terminate()
    },
    /** Asks the app to connect anew, as Slack does every few hours. */
    asksToReconnect: () => {
      for (const socket of deliveries.sockets)
        socket.send(JSON.stringify({ type: 'disconnect', reason: 'refresh_requested', debug_info: {} }))
    },
    /** From now on nobody answers pings. */
    answersPings: (answers: boolean) => {
      answersPings = answers
    },
    /** From now on connections are taken, and nothing is said on them. */
    saysHello: (says: boolean) => {
      saysHello = says
    },
    close: async () => {
      deliveries.close()
      for (const client of socketServer.clients) client.terminate()
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      for (const socket of connections) socket.destroy()
      await closed
    },
  }
}
