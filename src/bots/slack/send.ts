import type { ChatPostMessageArguments, ChatUpdateArguments, WebClient } from '@slack/web-api'
import type { Clock } from '../../clock.ts'
import { AppError, errorText } from '../../errors.ts'
import type { Log } from '../../log.ts'
import type { ChatAdapter, OutgoingFile, RenderedPart } from '../chat.ts'
import { isGone, isNoFiles, slackCall, slackErrorOf } from './errors.ts'
import type { FileSender } from './files.ts'
import { fileOf, messageOf, messageRef, type Place, placeOf } from './keys.ts'
import { METADATA_TYPE, type ReadBack } from './read-back.ts'
import type { SlackPayload, SlackText } from './render.ts'
import { respond } from './respond.ts'
import { escapeText } from './text.ts'

export interface SenderDeps {
  /** Must neither retry nor wait by itself: delivery does both. */
  web: WebClient
  clock: Clock
  log: Log
  readBack: ReadBack
  files: FileSender
}

type Sender = Pick<ChatAdapter, 'send' | 'edit' | 'remove' | 'tell' | 'typing'>

/** The half of the adapter that speaks. In Slack a reply is a thread, and the conversation says which: `replyTo` adds nothing. */
export const createSender = ({ web, clock, log, readBack, files }: SenderDeps): Sender => {
  const post = async (place: Place, payload: SlackText, idempotencyKey: string): Promise<string> => {
    const before = await readBack.find(idempotencyKey, place)
    if (before) return before
    const message = {
      channel: place.channel,
      ...payload,
      ...(place.thread ? { thread_ts: place.thread } : {}),
      metadata: { event_type: METADATA_TYPE, event_payload: { key: idempotencyKey } },
      // A quoted address must not grow a preview, and Slack should not fetch it.
      unfurl_links: false,
      unfurl_media: false,
    }
    const startedAt = clock.now()
    const sent = await slackCall('chat.postMessage', () =>
      web.chat.postMessage(message as ChatPostMessageArguments),
    ).catch((error: unknown) => {
      readBack.failed(idempotencyKey, startedAt, error)
      throw error
    })
    if (!sent.ts) throw new AppError('platform_unavailable', 'Slack did not name the message it took')
    return messageRef(sent.channel ?? place.channel, sent.ts)
  }

  const remove = async (ref: string): Promise<void> => {
    const file = fileOf(ref)
    if (file) return files.remove(file)
    try {
      await slackCall('chat.delete', () => web.chat.delete(messageOf(ref)))
    } catch (error) {
      if (!isGone(error) && slackErrorOf(error) !== 'cant_delete_message') throw error
    }
  }

  return {
    send: async (conversation, part, { idempotencyKey }) => {
      const place = placeOf(conversation)
      const payload = payloadOf(part)
      if (!('file' in payload)) return post(place, payload, idempotencyKey)
      return files.send(place, payload.file, idempotencyKey).catch((error: unknown) => {
        if (!isNoFiles(error)) throw error
        log.warn({ error: errorText(error) }, 'slack.file_only_named')
        return post(place, nameOf(payload.file), idempotencyKey)
      })
    },

    edit: async (_conversation, ref, part) => {
      const payload = payloadOf(part)
      if ('file' in payload || fileOf(ref)) {
        // Taken away before the new one is sent: a crash in between then leaves no second copy behind.
        await remove(ref)
        return 'gone'
      }
      const change = { ...messageOf(ref), ...payload }
      try {
        await slackCall('chat.update', () => web.chat.update(change as ChatUpdateArguments))
        return 'edited'
      } catch (error) {
        if (isGone(error)) return 'gone'
        throw error
      }
    },

    remove: (_conversation, ref) => remove(ref),

    tell: async (conversation, { platformUserId, receipt }, text) => {
      const { channel, thread } = placeOf(conversation)
      const responseUrl = receipt?.responseUrl
      try {
        if (responseUrl && (await respond(responseUrl, text).then(...succeeded))) return
        await slackCall('chat.postEphemeral', () =>
          web.chat.postEphemeral({
            channel,
            user: platformUserId,
            text: escapeText(text),
            ...(thread ? { thread_ts: thread } : {}),
          }),
        )
      } catch (error) {
        log.warn({ error: errorText(error) }, 'slack.not_told')
      }
    },

    // Slack has no "typing…" for bots outside of assistant threads.
    typing: async () => {},
  }
}

/** Where files cannot be shown, their names are. */
const nameOf = ({ name, caption }: OutgoingFile): SlackText => ({
  text: escapeText([caption, `📎 ${name}`].filter(Boolean).join('\n')),
  blocks: [],
})

const payloadOf = (part: RenderedPart): SlackPayload => part.payload as SlackPayload

/** An expired `response_url` is no reason to stay silent. */
const succeeded = [() => true, () => false] as const
