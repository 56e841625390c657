import type { FilesCompleteUploadExternalArguments, WebClient } from '@slack/web-api'
import { type Clock, SECOND_MS } from '../../clock.ts'
import { AppError, errorText } from '../../errors.ts'
import type { Log } from '../../log.ts'
import type { OutgoingFile } from '../chat.ts'
import { slackCall, slackErrorOf } from './errors.ts'
import { fileRef, type Place } from './keys.ts'
import { MAX_ALT_CHARS } from './limits.ts'
import { shorten } from './text.ts'
import { upload } from './upload.ts'

/**
 * Slack shows a file some time after it has accepted it, once it has looked through it; what is said next would
 * overtake it. So it is waited for, this long in all, and no longer: seconds.
 */
const LOOKS_AFTER_S = [0, 0.3, 0.6, 1.2, 2.4]
/** Attempts whose end is unknown; the oldest are forgotten. */
const MAX_UNCERTAIN = 1000

export interface FileSender {
  /** @returns the reference of the file, which stands for its message. @throws AppError as `slackCall`. */
  send(place: Place, file: OutgoingFile, idempotencyKey: string): Promise<string>
  /** Missing files are fine. */
  remove(id: string): Promise<void>
}

export interface FileSenderDeps {
  web: WebClient
  clock: Clock
  log: Log
}

/** Puts files into channels and threads, and takes them away. */
export const createFileSender = ({ web, clock, log }: FileSenderDeps): FileSender => {
  /** Files that may have been shared although the call failed, by the key of the part. */
  const uncertain = new Map<string, string>()

  /** @returns undefined when Slack does not let us look. */
  const isShared = async (id: string, channel: string): Promise<boolean | undefined> => {
    try {
      const { file } = await slackCall('files.info', () => web.files.info({ file: id }))
      return Object.values(file?.shares ?? {}).some((places) => channel in places)
    } catch (error) {
      if (error instanceof AppError && !error.retryable) return undefined
      throw error
    }
  }

  const untilShared = async (id: string, channel: string): Promise<boolean> => {
    for (const seconds of LOOKS_AFTER_S) {
      if (seconds > 0) await clock.sleep(seconds * SECOND_MS)
      const shared = await isShared(id, channel)
      if (shared !== false) return shared === true
    }
    return false
  }

  const share = async (place: Place, { name, caption }: OutgoingFile, id: string, key: string) => {
    const thread = place.thread ? { thread_ts: place.thread } : {}
    const args = { channel_id: place.channel, ...thread, files: [{ id, title: caption || name }] }
    try {
      await slackCall('files.completeUploadExternal', () =>
        web.files.completeUploadExternal(args as FilesCompleteUploadExternalArguments),
      )
    } catch (error) {
      if (error instanceof AppError && error.code === 'platform_unavailable') remember(key, id)
      throw error
    }
  }

  const remember = (key: string, id: string) => {
    if (uncertain.size >= MAX_UNCERTAIN) uncertain.delete(uncertain.keys().next().value ?? '')
    uncertain.set(key, id)
  }

  return {
    send: async (place, file, key) => {
      const before = uncertain.get(key)
      if (before && (await untilShared(before, place.channel))) return fileRef(before)
      uncertain.delete(key)
      const id = await upload(web, file, shorten(file.caption, MAX_ALT_CHARS))
      await share(place, file, id, key)
      // It is on its way: failing to see it arrive is no reason to send it again.
      const seen = await untilShared(id, place.channel).catch((error: unknown) => errorText(error))
      if (seen !== true) log.warn({ file: id, seen }, 'slack.file_not_seen_yet')
      return fileRef(id)
    },
    remove: async (id) => {
      try {
        await slackCall('files.delete', () => web.files.delete({ file: id }))
      } catch (error) {
        if (!['file_not_found', 'file_deleted', 'cant_delete_file'].includes(slackErrorOf(error) ?? ''))
          throw error
      }
    },
  }
}
