import { randomBytes } from 'node:crypto'
import type { Clock } from '../../../src/clock.ts'

type Json = Record<string, unknown>

export interface Message {
  channel: string
  ts: string
  /** A person's id, or the bot's. */
  user: string
  text: string
  blocks: Json[]
  threadTs?: string
  files?: SlackFile[]
  metadata?: unknown
  deleted: boolean
  edits: number
  /** Set on a message that only this person sees. */
  onlyTo?: string
}

export interface SlackFile {
  id: string
  name: string
  title: string
  user: string
  altText: string | undefined
  data: Buffer
  /** Where the bytes go; good for one upload of this length. */
  upload: { path: string; length: number; done: boolean }
  /** Where who may can have them. */
  path: string
  /** Messages that show it, by channel. */
  shares: Record<string, { ts: string; thread_ts?: string }[]>
  completed: boolean
  deleted: boolean
}

export interface Channel {
  id: string
  name: string
  members: Set<string>
  archived: boolean
}

export interface View {
  id: string
  view: Json
  userId: string
  open: boolean
  /** Shown beside fields after a refused submission. */
  errors: Record<string, string>
}

interface Trigger {
  userId: string
  bornMs: number
  used: boolean
}

interface ResponseUrl {
  channel: string
  userId: string
  threadTs?: string
  bornMs: number
  uses: number
}

const RESPONSE_URL_LIFE_MS = 30 * 60_000
const RESPONSE_URL_USES = 5

interface NewFile {
  name: string
  user: string
  length: number
  altText?: string
}

export const BOT = { userId: 'UPRORAB', botId: 'BPRORAB', name: 'prorab', appId: 'APRORAB' }
export const TEAM = { id: 'T1', name: 'Acme', domain: 'acme' }

export type Workspace = ReturnType<typeof createWorkspace>

/** Everything Slack remembers. */
export const createWorkspace = (clock: Clock, { triggerLifeMs }: { triggerLifeMs: number }) => {
  const channels = new Map<string, Channel>()
  const people = new Map<string, { id: string; name: string; locale: string }>()
  const messages: Message[] = []
  const views: View[] = []
  const files = new Map<string, SlackFile>()
  const triggers = new Map<string, Trigger>()
  const responseUrls = new Map<string, ResponseUrl>()
  let counter = 0

  const nowMs = () => clock.now().getTime()
  const unique = (prefix: string) => `${prefix}${String(++counter).padStart(6, '0')}`

  return {
    channels,
    people,
    messages,
    views,
    files,
    /** A file that has a name and no bytes yet. */
    newFile: ({ name, user, length, altText }: NewFile): SlackFile => {
      const id = unique('F0')
      const file: SlackFile = {
        ...{ id, name, title: name, user, altText, data: Buffer.alloc(0), shares: {} },
        upload: { path: `/upload/v1/${randomBytes(12).toString('hex')}`, length, done: false },
        path: `/files-pri/${TEAM.id}-${id}/${encodeURIComponent(name)}`,
        completed: false,
        deleted: false,
      }
      files.set(id, file)
      return file
    },
    findFile: (id: unknown): SlackFile | undefined => {
      const file = files.get(String(id))
      return file?.deleted ? undefined : file
    },
    nowMs,
    unique,
    /** Unique in the workspace, and growing. */
    nextTs: () => `${Math.floor(nowMs() / 1000)}.${String(++counter).padStart(6, '0')}`,
    person: (id: string, locale = 'en-US') => {
      const known = people.get(id) ?? { id, name: `person-${id.toLowerCase()}`, locale }
      people.set(id, known)
      return known
    },
    /** The direct messages of a person and the bot. */
    direct: (userId: string): Channel => {
      const id = `D${userId}`
      const known = channels.get(id) ?? {
        id,
        name: 'directmessage',
        members: new Set([userId, BOT.userId]),
        archived: false,
      }
      channels.set(id, known)
      return known
    },
    add: (message: Omit<Message, 'deleted' | 'edits'>): Message => {
      const added = { ...message, deleted: false, edits: 0 }
      messages.push(added)
      return added
    },
    find: (channel: unknown, ts: unknown): Message | undefined =>
      messages.find(
        (one) => one.channel === channel && one.ts === ts && !one.deleted && one.onlyTo === undefined,
      ),
    trigger: (userId: string, ageMs = 0): string => {
      const id = `${unique('13345224609.')}.${randomBytes(8).toString('hex')}`
      triggers.set(id, { userId, bornMs: nowMs() - ageMs, used: false })
      return id
    },
    /** @returns the person who pressed, or Slack's error. */
    useTrigger: (id: unknown): { userId: string } | { error: string } => {
      const trigger = triggers.get(String(id))
      if (!trigger) return { error: 'invalid_trigger_id' }
      if (trigger.used) return { error: 'exchanged_trigger_id' }
      if (nowMs() - trigger.bornMs > triggerLifeMs) return { error: 'expired_trigger_id' }
      trigger.used = true
      return { userId: trigger.userId }
    },
    responsePath: (place: { channel: string; userId: string; threadTs?: string }): string => {
      const path = `/actions/${TEAM.id}/${unique('')}/${randomBytes(12).toString('hex')}`
      responseUrls.set(path, { ...place, bornMs: nowMs(), uses: 0 })
      return path
    },
    useResponsePath: (path: string): ResponseUrl | undefined => {
      const known = responseUrls.get(path)
      if (!known || known.uses >= RESPONSE_URL_USES || nowMs() - known.bornMs > RESPONSE_URL_LIFE_MS)
        return undefined
      known.uses += 1
      return known
    },
  }
}
