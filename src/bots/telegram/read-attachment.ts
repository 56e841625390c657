import { AppError } from '../../errors.ts'
import type { ChatAdapter } from '../chat.ts'
import { fileGone, fileTooLarge, readTextFile } from '../text-file.ts'
import type { TelegramApi } from './api.ts'

/**
 * Fetches what somebody attached: asks where it is, and reads it there. Telegram lets bots have files of up to
 * 20 MB. https://core.telegram.org/bots/api#getfile
 */
export const createAttachmentReader = ({
  attempt,
  download,
}: TelegramApi): Required<Pick<ChatAdapter, 'readAttachment'>> => ({
  readAttachment: async ({ name, bytes, ref }, { maxBytes }) => {
    if (bytes > maxBytes) throw fileTooLarge(name, maxBytes)
    const { file_path } = await attempt((calls) => calls.getFile(ref.fileId ?? '')).catch(
      (error: unknown) => {
        throw error instanceof AppError && error.code === 'platform_refused' ? fileGone(name) : error
      },
    )
    if (!file_path) throw fileGone(name)
    const response = await download(file_path)
    if (!response.ok || !response.body) {
      await response.body?.cancel()
      if (response.status >= 500)
        throw new AppError('platform_unavailable', `Telegram answered a download with ${response.status}`)
      throw fileGone(name)
    }
    return readTextFile(response.body, { name, maxBytes })
  },
})
