import { AppError } from '../../errors.ts'
import type { ConversationKey } from '../chat.ts'

/** Where people and the bot talk in Slack: a channel or direct message, or one thread of it. */
export interface Place {
  team: string
  channel: string
  /** Timestamp of the thread's root message; undefined outside of threads. */
  thread?: string
}

/** The thread part of a key outside of threads. */
const MAIN = 'main'

export const placeKey = ({ team, channel, thread }: Place): ConversationKey =>
  `slack:${team}:${channel}:${thread ?? MAIN}`

/** @throws AppError internal for a key of another platform. */
export const placeOf = (key: ConversationKey): Place => {
  const [platform, team, channel, thread] = key.split(':')
  if (platform !== 'slack' || !team || !channel || !thread)
    throw new AppError('internal', `not a Slack conversation: ${key}`)
  return { team, channel, thread: thread === MAIN ? undefined : thread }
}

/** A timestamp names a message only within its channel. */
export const messageRef = (channel: string, ts: string): string => `${channel}:${ts}`

/** @throws AppError internal for a reference of another platform. */
export const messageOf = (ref: string): { channel: string; ts: string } => {
  const [channel, ts] = ref.split(':')
  if (!channel || !ts) throw new AppError('internal', `not a Slack message: ${ref}`)
  return { channel, ts }
}

const FILE = 'file'

/** Slack does not tell which message shows a file; the file itself stands for it. */
export const fileRef = (id: string): string => `${FILE}:${id}`

/** @returns undefined for the reference of a message. */
export const fileOf = (ref: string): string | undefined => {
  const [kind, id] = ref.split(':')
  return kind === FILE ? id : undefined
}

/** Slack names direct messages with a D; everything else has several readers. */
export const isDirect = (channel: string): boolean => channel.startsWith('D')
