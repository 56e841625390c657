import type { Incoming } from '../chat.ts'
import { attachmentOf } from './attachment.ts'
import type { Identity } from './identity.ts'
import { isDirect, messageRef, placeKey } from './keys.ts'
import { type FormPlace, readFormPlace } from './modal.ts'
import {
  blockAction,
  FIELD_ACTION,
  FIELD_BLOCK,
  FILE_ACTION,
  FILE_BLOCK,
  formSubmission,
  type SlackUser,
  slashCommand,
} from './payloads.ts'
import type { People } from './people.ts'
import { decodeText } from './text.ts'

export interface Known {
  identity: Identity
  people: People
}

/** `/prorab <subcommand> <arguments>`; alone it asks for help. Slack runs commands outside of threads only. */
export const parseCommand = (body: unknown, { identity, people }: Known): Incoming => {
  const command = slashCommand.parse(body)
  const [, name = 'help', args = ''] = /^(\S+)?\s*([\s\S]*)$/.exec(decodeText(command.text).trim()) ?? []
  const { channel_id: channel, user_id: userId } = command
  return {
    platform: 'slack',
    eventId: `${identity.teamId}:${command.trigger_id}`,
    conversation: conversation(identity, channel),
    platformUserId: userId,
    body: {
      kind: 'command',
      name: name.toLowerCase(),
      args,
      author: people.author(userId, command.user_name),
      receipt: receipt(channel, userId, command.response_url),
    },
  }
}

/** A click on a button without a form. */
export const parsePress = (body: unknown, { identity, people }: Known): Incoming => {
  const click = blockAction.parse(body)
  const { channel, messageTs, thread, responseUrl } = formPlaceOf(click)
  return {
    platform: 'slack',
    eventId: `${identity.teamId}:${click.trigger_id}`,
    conversation: conversation(identity, channel, thread),
    platformUserId: click.user.id,
    body: {
      kind: 'action',
      action: click.actions[0]?.value ?? '',
      author: people.author(click.user.id, nameOf(click.user)),
      messageRef: messageRef(channel, messageTs),
      receipt: receipt(channel, click.user.id, responseUrl),
    },
  }
}

/** The answer of a form; `text` may be empty, which the caller refuses. */
export const parseSubmission = (
  body: unknown,
  { identity, people }: Known,
): Incoming & { body: { kind: 'form' } } => {
  const { trigger_id, user, view } = formSubmission.parse(body)
  const { values } = view.state
  const { action, channel, messageTs, thread, responseUrl } = readFormPlace(view.private_metadata)
  return {
    platform: 'slack',
    eventId: `${identity.teamId}:${trigger_id}`,
    conversation: conversation(identity, channel, thread),
    platformUserId: user.id,
    body: {
      kind: 'form',
      action,
      text: (values[FIELD_BLOCK]?.[FIELD_ACTION].value ?? '').trim(),
      ...attachmentOf(values[FILE_BLOCK]?.[FILE_ACTION].files),
      author: people.author(user.id, nameOf(user)),
      messageRef: messageRef(channel, messageTs),
      receipt: receipt(channel, user.id, responseUrl),
    },
  }
}

/** Where a clicked button stands. The root of a thread belongs to the channel, not to its own thread. */
export const formPlaceOf = ({
  container: { channel_id, message_ts, thread_ts },
  response_url,
}: ReturnType<typeof blockAction.parse>): Omit<FormPlace, 'action' | 'lang'> => ({
  channel: channel_id,
  messageTs: message_ts,
  thread: thread_ts === message_ts ? undefined : thread_ts,
  responseUrl: response_url,
})

const conversation = ({ teamId }: Identity, channel: string, thread?: string): Incoming['conversation'] => ({
  key: placeKey({ team: teamId, channel, thread }),
  kind: isDirect(channel) ? 'private' : 'group',
})

const receipt = (
  channel: string,
  userId: string,
  responseUrl: string | undefined,
): Record<string, string> => ({
  channel,
  userId,
  ...(responseUrl ? { responseUrl } : {}),
})

const nameOf = ({ name, username }: SlackUser): string | undefined => name ?? username
